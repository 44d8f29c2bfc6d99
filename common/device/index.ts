export {
  type DeviceProfile,
  deviceProfileSchema,
  type FilePattern,
  type MatchRule,
  type SidecarRule,
} from './profile.ts';

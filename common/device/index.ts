export {
  type DeviceProfile,
  deviceProfileSchema,
  type FilePattern,
  type NameGroup,
  type SidecarRule,
  type TriggerMap,
} from './profile.ts';

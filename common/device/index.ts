export {
  type DeviceProfile,
  deviceProfileSchema,
  type FilePattern,
  type MatchRule,
  type NameGroup,
  nameGroups,
  type SidecarRule,
  type TriggerMap,
} from './profile.ts';

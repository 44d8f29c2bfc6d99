export {
  createMedia,
  type Inspection,
  type Media,
  type MediaOptions,
  type PrepareContext,
  type PrepareQueue,
} from './media.ts';

import {
  ActionIcon,
  Button,
  createTheme,
  defaultVariantColorsResolver,
  Input,
  type MantineColorsTuple,
  Modal,
  PasswordInput,
  Portal,
  Select,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import classes from './theme.module.css';

const accent: MantineColorsTuple = [
  '#eaf2ff',
  '#d3e4ff',
  '#bcd6ff',
  '#a6c8ff',
  '#92bcff',
  '#7fb0ff',
  '#5f93e6',
  '#4576c2',
  '#2f5897',
  '#1b2c44',
];
const danger: MantineColorsTuple = [
  '#ffeceb',
  '#ffd4d1',
  '#ffbdb8',
  '#ffa69f',
  '#ff8d85',
  '#ef6d64',
  '#dc574e',
  '#c8453c',
  '#8f332c',
  '#3a1d1c',
];

/** The element that holds what lies above the window. */
export const layersId = 'layers';

/**
 * Mantine's side of the look. Colours, sizes and spaces are CSS variables in tokens.css; Mantine is kept from writing style
 * elements of its own, which the content security policy refuses.
 */
export const theme = createTheme({
  primaryColor: 'accent',
  colors: { accent, danger },
  fontFamily: '"Source Sans 3", system-ui, sans-serif',
  fontFamilyMonospace: '"Source Code Pro", ui-monospace, monospace',
  defaultRadius: 'var(--radius)',
  focusRing: 'auto',
  autoContrast: false,
  respectReducedMotion: true,
  // The accent is light: what stands on it must be dark.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const onAccent = input.variant === 'filled' && (input.color ?? 'accent') === 'accent';
    return onAccent ? { ...colors, color: 'var(--on-accent)' } : colors;
  },
  components: {
    Portal: Portal.extend({ defaultProps: { target: `#${layersId}` } }),
    Button: Button.extend({ defaultProps: { size: 'sm', h: 32 }, classNames: { loader: classes.loader ?? '' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 32, variant: 'subtle', color: 'gray' } }),
    Input: Input.extend({
      // Fields of several lines are as high as their lines.
      vars: (_, { multiline = false }) => ({
        wrapper: { '--input-height': '32px', '--input-size': multiline ? 'auto' : '32px' },
      }),
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'sm' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({ defaultProps: { size: 'sm', comboboxProps: { transitionProps: { duration: 0 } } } }),
    ModalRoot: Modal.Root.extend({ defaultProps: { lockScroll: false, transitionProps: { duration: 80 } } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 500, withArrow: false, transitionProps: { duration: 80 } },
      vars: () => ({ tooltip: { '--tooltip-bg': 'var(--line)', '--tooltip-color': 'var(--text)' } }),
    }),
  },
});

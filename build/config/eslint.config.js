import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const noClockNoChance = [
  'error',
  { object: 'Date', property: 'now', message: 'Take the time as an argument: results must be repeatable.' },
  { object: 'Math', property: 'random', message: 'Take randomness as an argument: results must be repeatable.' },
];

// Electron links BoringSSL, which lacks these; evidence sealed with them could not be opened there.
const absentCiphers = {
  selector: 'Literal[value=/chacha20-poly1305|-ccm$|-ocb$/i]',
  message: 'This cipher is missing from Electron: use AES-256-GCM.',
};

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/out/**', '**/dist/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'common/tsconfig.json',
          'main/tsconfig.json',
          'preload/tsconfig.json',
          'renderer/tsconfig.json',
          'build/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: root,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what you export.' },
        absentCiphers,
      ],
      eqeqeq: 'error',
      'max-lines': ['error', 400],
    },
  },
  { files: ['common/**/*.ts', 'renderer/engine/**/*.ts'], rules: { 'no-restricted-properties': noClockNoChance } },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: { 'max-lines': ['error', 600], '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['build/config/*.ts'], rules: { 'no-restricted-exports': 'off' } },
);

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const takeTime = 'Take the time as an argument: results must be repeatable.';
const takeChance = 'Take randomness as an argument: results must be repeatable.';
const noClockNoChance = [
  'error',
  { object: 'Date', property: 'now', message: takeTime },
  { object: 'performance', property: 'now', message: takeTime },
  { object: 'Math', property: 'random', message: takeChance },
  { object: 'crypto', message: takeChance },
];
const noClockByAnotherName = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: takeTime },
  { selector: "CallExpression[callee.name='Date']", message: takeTime },
];

// Electron links BoringSSL, which lacks these; evidence sealed with them could not be opened there.
const absentCiphers = {
  selector: 'Literal[value=/chacha20-poly1305|-ccm$|-ocb$/i]',
  message: 'This cipher is missing from Electron: use AES-256-GCM.',
};

const everywhere = [{ selector: 'ExportAllDeclaration', message: 'Name what you export.' }, absentCiphers];

/** The import rules say who may encrypt and who may open a connection; these would be ways around them. */
const waysAround = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'crypto'].map((name) => ({
  name,
  message: 'The core has no connections of its own, and its randomness and ciphers come from the kernel and the vault.',
}));

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
      'no-restricted-syntax': ['error', ...everywhere],
      eqeqeq: 'error',
      'max-lines': ['error', 400],
    },
  },
  {
    files: ['common/**/*.ts', 'renderer/engine/**/*.ts'],
    rules: {
      'no-restricted-properties': noClockNoChance,
      'no-restricted-syntax': ['error', ...everywhere, ...noClockByAnotherName],
    },
  },
  {
    files: ['main/core/**/*.ts', 'main/gateway/**/*.ts', 'common/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', { globals: waysAround, checkGlobalObject: true }] },
  },
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

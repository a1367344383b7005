import { createRequire } from 'node:module';
const require = createRequire(process.env.RTLINT_BENCH_NODE + '/package.json');
const parser = require('@typescript-eslint/parser');
export default [
  {
    files: ['**/*.{ts,tsx,js,jsx,mjs,cjs,mts,cts}'],
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: {
      'no-restricted-syntax': ['warn',
        { selector: "NewExpression[callee.name='WebSocket']", message: 'new-websocket' },
        { selector: "AssignmentExpression[operator='='][left.type='MemberExpression'][left.computed=false][left.object.name='console'][left.property.name=/^(log|warn|error)$/]", message: 'console-assign' },
        { selector: "MemberExpression[computed=false][object.type='MemberExpression'][object.computed=false][object.property.name='env'][object.object.name='process']", message: 'env-read' },
        { selector: "MemberExpression[computed=false][object.type='MemberExpression'][object.computed=false][object.property.name='env'][object.object.type='MetaProperty']", message: 'env-read' },
        { selector: "NewExpression[callee.name='Pusher']", message: 'new-pusher' },
      ],
    },
  },
];

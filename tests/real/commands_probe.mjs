// Prints the commands that GitHub's and Azure's own libraries make of [{level, path, from, to, title, text}, ...], read from
// standard input, and for Azure also what its library reads from the commands of rtlint: [[written, read], ...] as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [server] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(0, 'utf8'));
if (server === 'github') {
  const core = await import('@actions/core');
  const say = { error: core.error, warning: core.warning, note: core.notice };
  for (const { level, path, from, to, title, text } of cases) {
    const columns = from[0] === to[0] ? { startColumn: from[1], endColumn: to[1] } : {};
    say[level](text, { file: path, startLine: from[0], endLine: to[0], ...columns, title });
  }
} else {
  const { TaskCommand, commandFromString } = createRequire(import.meta.url)('azure-pipelines-task-lib/taskcommand.js');
  const answers = cases.map(({ level, path, from, title, text, ours }) => {
    const code = title.split(' ')[0];
    const fields = { type: level, sourcepath: path, linenumber: from[0], columnnumber: from[1], code };
    const { properties, message } = commandFromString(ours);
    return [new TaskCommand('task.logissue', fields, text).toString(), [properties.sourcepath, message]];
  });
  console.log(JSON.stringify(answers));
}

/**
 * `npm run test:mutants`: plants each mistake of the tables into the code as it is loaded, and runs the test that is said to notice
 * it. `-- --file http/redirect.ts` for those of one file of `lib/`, `-- --shard 2/4` for a share.
 */
import { parseArgs } from 'node:util'
import { judgeMutants } from './judge.ts'
import { mutants } from './table.ts'

const { values } = parseArgs({ options: { file: { type: 'string' }, shard: { type: 'string', default: '1/1' } } })
const [share = 1, shares = 1] = values.shard.split('/').map(Number)
const chosen = mutants
  .filter(({ file }) => values.file === undefined || file === values.file)
  .filter((_, index) => index % shares === share - 1)
const startedMs = Date.now()
const wrong = await judgeMutants(chosen, console.log)
console.log(
  [
    ...wrong,
    `${chosen.length} mutants, ${wrong.length} complaints, ${Math.round((Date.now() - startedMs) / 1000)} s`,
  ].join('\n'),
)
process.exitCode = wrong.length > 0 || chosen.length === 0 ? 1 : 0

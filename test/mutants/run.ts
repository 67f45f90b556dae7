/**
 * `npm run test:mutants`: plants each mistake of the tables into the code as it is loaded, and runs the test that is said to notice
 * it. `-- --file http/redirect.ts` for those of one file of `lib/`, `-- --shard 2/4` for a share.
 *
 * `-- --rooms` makes small mistakes by rule in the pure rooms, 60 in each, and tells how many of them the core's tests notice.
 * `--room merge` takes one of the rooms, `--sample 200` more mistakes, `--seed 5` others.
 */
import { parseArgs } from 'node:util'
import { judgeMutants } from './judge.ts'
import { formatShare, judgeRooms, pureRooms } from './rooms.ts'
import { mutants } from './table.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    shard: { type: 'string', default: '1/1' },
    rooms: { type: 'boolean', default: false },
    room: { type: 'string' },
    sample: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
const [share = 1, shares = 1] = values.shard.split('/').map(Number)
const isInShare = (_: unknown, index: number) => index % shares === share - 1
const startedMs = Date.now()
const seconds = () => Math.round((Date.now() - startedMs) / 1000)
/** The smallest share of a room's mistakes that has to be noticed. */
const shareMin = 0.9

async function runTable(): Promise<boolean> {
  const chosen = mutants.filter(({ file }) => values.file === undefined || file === values.file).filter(isInShare)
  const wrong = await judgeMutants(chosen, console.log)
  for (const line of wrong) console.log(line)
  console.log(`${chosen.length} mutants, ${wrong.length} complaints, ${seconds()} s`)
  return wrong.length === 0 && chosen.length > 0
}

async function runRooms(): Promise<boolean> {
  const rooms = pureRooms.filter((room) => values.room === undefined || room === values.room).filter(isInShare)
  const options = { seed: Number(values.seed), count: Number(values.sample) }
  const scores = await judgeRooms(rooms, options, console.log)
  const row = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(14)).join('')
  console.log(row(['room', 'of', 'judged', 'killed', 'late', 'equivalent', 'share']))
  for (const { room, all, killed, late, equivalent, alive } of scores) {
    const count = killed + alive.length
    console.log(`${row([room, all, count, killed, late, equivalent])}   ${formatShare(killed, count)}`)
  }
  console.log(`seed ${values.seed}, ${seconds()} s`)
  return scores.length > 0 && scores.every(({ killed, alive }) => killed >= shareMin * (killed + alive.length))
}

process.exitCode = (await (values.rooms || values.room !== undefined ? runRooms() : runTable())) ? 0 : 1

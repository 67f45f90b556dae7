/**
 * `npm run test:fuzz`: hostile bytes for whatever reads those of somebody else, ten minutes each. `-- --seconds 60` for less,
 * `-- --target packs` for one, `-- --seed 5` for the same inputs again.
 */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { targets } from './targets.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
if (chosen.length === 0)
  throw new Error(
    `There is no target ${JSON.stringify(values.target)}: there are ${targets.map(({ name }) => name).join(', ')}`,
  )
/** The most memory that a target may come to, in bytes: what node takes, and room for what it has not collected yet. */
const rssMax = 600_000_000
let [failed, all] = [0, 0]
for (const target of chosen) {
  const endMs = performance.now() + Number(values.seconds) * 1000
  const { tried, wrong } = await fuzz(target, Number(values.seed), () => performance.now() < endMs)
  const { rss } = process.memoryUsage()
  const complaint = wrong ?? (rss > rssMax ? `it came to ${Math.round(rss / 1e6)} MB` : null)
  all += tried
  if (complaint !== null) failed += 1
  console.log(
    `${complaint === null ? 'ok' : '!!'}  ${target.name}: ${tried.toLocaleString('en-US')} inputs, ${Math.round(rss / 1e6)} MB${complaint === null ? '' : `\n${complaint}`}`,
  )
}
console.log(
  `\n${all.toLocaleString('en-US')} inputs for ${chosen.length} targets, seed ${values.seed}: ${failed} failed`,
)
process.exitCode = failed > 0 ? 1 : 0

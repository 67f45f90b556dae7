/**
 * `npm run demo`: both hubs on loopback ports, a real dataset, every case on one screen. Needs no git, no token, no
 * network.
 */
import { servePair } from './hubs/pair.ts'
import { formatStep, setup } from './run/demo-screen.ts'
import { tell } from './run/story.ts'

const color =
  process.env.NO_COLOR || !process.stdout.isTTY
    ? (text: string) => text
    : (text: string, code: number) => `\u001b[${code}m${text}\u001b[0m`
const print = (line: string) => process.stdout.write(`${line}\n`)

const pair = await servePair()
print('Both hubs run inside of this command. The files are those of vega-datasets.')
print(color(`   $ ${setup}`, 2))
let failed = false
await tell(pair, (step, ran) => {
  const hasFailed = ran.exitCode !== (step.name === 'conflict' ? 2 : 0)
  failed ||= hasFailed
  const [title, command, ...lines] = formatStep(step, ran, hasFailed)
  print(color(title!, 1))
  print(color(command!, 2))
  for (const line of lines) print(line)
})
await pair.close()
process.exitCode = failed ? 1 : 0

/**
 * `npm run demo`: both hubs on loopback ports, a real dataset, every case on one screen. Needs no git, no token, no
 * network.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { servePair } from './hubs/pair.ts'
import { formatStep, setup } from './run/demo-screen.ts'
import { tell } from './run/story.ts'

const color =
  process.env.NO_COLOR || !process.stdout.isTTY
    ? (text: string) => text
    : (text: string, code: number) => `\u001b[${code}m${text}\u001b[0m`
const print = (line: string) => process.stdout.write(`${line}\n`)

/** Steps of which there is a page to look at afterwards, outside of the working directory. */
const pages = mkdtempSync(join(tmpdir(), 'hubmirror-demo-'))
const pageNames: Readonly<Record<string, string>> = { dry: 'plan.html', conflict: 'conflict.html' }

const pair = await servePair()
print('Both hubs run inside of this command. The files are those of vega-datasets.')
print(color(`   $ ${setup}`, 2))
let failed = false
const listen: Parameters<typeof tell>[1] = (step, ran) => {
  const hasFailed = ran.exitCode !== (step.name === 'conflict' ? 2 : 0)
  failed ||= hasFailed
  const [title, command, ...lines] = formatStep(step, ran, hasFailed)
  print(color(title!, 1))
  print(color(command!, 2))
  for (const line of lines) print(line)
}
await tell(pair, listen, ({ name }) => {
  const page = pageNames[name]
  return page === undefined ? [] : ['--html', join(pages, page)]
})
print(color('Steps 3 and 6 as --html shows them, to open in a browser:', 1))
for (const page of Object.values(pageNames)) print(`   ${pathToFileURL(join(pages, page)).href}`)
await pair.close()
process.exitCode = failed ? 1 : 0

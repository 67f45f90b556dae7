/**
 * `npm run demo`: both hubs on loopback ports, a real dataset, every case on one screen. Needs no git, no token, no
 * network.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { servePair } from './hubs/pair.ts'
import { steps, tell } from './run/story.ts'

const color =
  process.env.NO_COLOR || !process.stdout.isTTY
    ? (text: string) => text
    : (text: string, code: number) => `\u001b[${code}m${text}\u001b[0m`
const shownMax = 6

/** Steps of which there is a page to look at afterwards, outside of the working directory. */
const pages = mkdtempSync(join(tmpdir(), 'hubmirror-demo-'))
const pageNames: Readonly<Record<string, string>> = { dry: 'plan.html', conflict: 'conflict.html' }

const pair = await servePair()
process.stdout.write(
  `GitHub ${pair.env.GITHUB_API_URL} and Hugging Face ${pair.env.HF_ENDPOINT}, both embedded. The files are those of the npm package vega-datasets.\n`,
)
let failed = false
const listen: Parameters<typeof tell>[1] = (step, { exitCode, out, err, requests }) => {
  const expected = step.name === 'conflict' ? 2 : 0
  failed ||= exitCode !== expected
  process.stdout.write(
    `\n${color(`${steps.indexOf(step) + 1}. ${step.title}`, 1)}: ${step.done}\n   $ npx tsx sync.ts ${step.argv.join(' ')}\n`,
  )
  const lines = `${out}${exitCode === expected ? '' : err}`.trimEnd().split('\n')
  const shown =
    lines.length > shownMax + 4
      ? [...lines.slice(0, shownMax), `… ${lines.length - shownMax - 2} more lines`, ...lines.slice(-2)]
      : lines
  for (const line of shown) process.stdout.write(`   ${line.length > 150 ? `${line.slice(0, 147)}…` : line}\n`)
  process.stdout.write(color(`   exit code ${exitCode}, ${requests} requests to both hubs\n`, 2))
}
await tell(pair, listen, ({ name }) => {
  const page = pageNames[name]
  return page === undefined ? [] : ['--html', join(pages, page)]
})
process.stdout.write(`\n${color('Pages to look at', 1)}, made with --html:\n`)
for (const [index, { name, title }] of steps.entries()) {
  const page = pageNames[name]
  if (page !== undefined)
    process.stdout.write(`   ${pathToFileURL(join(pages, page)).href}  (${index + 1}. ${title})\n`)
}
await pair.close()
process.exitCode = failed ? 1 : 0

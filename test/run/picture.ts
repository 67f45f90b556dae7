/** The picture of a plan in README.md: what a dry run prints for a small world of fixed dates, drawn as a terminal. */
import { sync } from '../../lib/cli/command.ts'
import { VirtualClock } from '../hubs/hub.ts'
import { startPair } from '../hubs/pair.ts'
import { readDataset, readParquet } from './story.ts'

const hourMs = 3_600_000
const argv = ['--github', 'acme/corpus', '--hf', 'datasets/acme/corpus', '--dry-run']

/** The output of the run, in colours: files of vega-datasets, edited on both sides since they were mirrored. */
async function printPlan(): Promise<string> {
  const pair = startPair()
  const pass = (hours: number) => pair.clock instanceof VirtualClock && pair.clock.pass(hours * hourMs)
  const all = readDataset()
  const data = [
    'airports.csv',
    'annual-precip.json',
    'anscombe.json',
    'barley.json',
    'cars.json',
    'movies.json',
    'seattle-weather.csv',
  ]
  const readme = '# Vega Datasets\n\nUsed in examples.\n\n## Licence\n\nBSD-3-Clause\n'
  const files = {
    'README.md': readme,
    ...Object.fromEntries(data.map((name) => [`data/${name}`, all[`data/${name}`]!])),
  }
  pair.huggingface.commit('main', { files, message: 'Add the datasets', user: 'alice' })
  await pair.run()
  pass(48)
  const bob = { name: 'Bob', email: 'bob@example.org' }
  const weather = `${all['data/seattle-weather.csv']!.toString('utf8').trimEnd()}\n2016-01-01,0.0,11.1,2.2,1.9,sun\n`
  pair.github.commit('main', {
    files: {
      'README.md': readme.replace('# Vega Datasets', '# Vega Datasets, mirrored'),
      'data/annual-precip.json': null,
      'data/barley.json': null,
      'data/seattle-weather.csv': weather,
    },
    message: 'Drop what nobody uses',
    author: bob,
  })
  pass(2)
  pair.huggingface.commit('main', {
    files: {
      'README.md': readme.replace('examples.', 'examples and tests.'),
      'data/flights-3m.parquet': readParquet(),
    },
    message: 'Add three million flights',
    user: 'alice',
  })
  pass(1)
  let out = ''
  const print = (text: string) => {
    out += text
  }
  await sync([...argv, '--color', 'always'], { ...pair.network, env: pair.env, out: print, err: print })
  await pair.close()
  return out
}

const [fontSize, advance, lineHeight, padding] = [14, 8.4, 20, 20]

/** What the report's escape sequences are in the picture; whatever ends a style ends all of them here. */
const classes: Readonly<Record<string, string>> = { 1: 'b', 2: 'd', 31: 'r', 32: 'g', 33: 'y', 35: 'm', 36: 'c' }

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** One line; each piece stands at its own column, whatever font draws it. */
function drawLine(line: string, y: number): string {
  let [column, style] = [0, new Set<string>()]
  const drawn: string[] = []
  // oxlint-disable-next-line no-control-regex
  for (const [, code, text] of line.matchAll(/\u001b\[(\d+)m|([^\u001b]+)/g)) {
    if (code !== undefined) style = classes[code] === undefined ? new Set() : style.add(classes[code])
    for (const [piece, gap] of (text ?? '').matchAll(/(?:[^ ]| (?! ))+|( +)/g)) {
      const x = (padding + column * advance).toFixed(1)
      const width = (piece.length * advance).toFixed(1)
      if (gap === undefined)
        drawn.push(
          `<text x="${x}" y="${y}" textLength="${width}"${style.size > 0 ? ` class="${[...style].join(' ')}"` : ''}>${escape(piece)}</text>`,
        )
      column += piece.length
    }
  }
  return drawn.join('')
}

const style = `
text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
rect{fill:#f6f8fa;stroke:#d1d9e0}.b{font-weight:700}.d{fill:#59636e}.r{fill:#cf222e}.g{fill:#1a7f37}.y{fill:#8a6100}.m{fill:#8250df}.c{fill:#0a7d91}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#0d1117;stroke:#3d444d}.d{fill:#9198a1}.r{fill:#ff7b72}.g{fill:#56d364}.y{fill:#e3b341}.m{fill:#d2a8ff}.c{fill:#56d4dd}}`

/** The picture as SVG, light or dark as whoever looks at it has it. The same each time. */
export async function drawPicture(): Promise<string> {
  const lines = [
    `\u001b[2m$ npx tsx sync.ts ${argv.join(' ')}\u001b[22m`,
    '',
    ...(await printPlan()).trimEnd().split('\n'),
  ]
  const [width, height] = [2 * padding + 80 * advance, 2 * padding + lines.length * lineHeight]
  const body = lines
    .map((line, index) => drawLine(line, padding + index * lineHeight + fontSize))
    .filter((line) => line !== '')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>The plan of a dry run</title><style>${style}\n</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...body,
    '</svg>\n',
  ].join('\n')
}

/**
 * `npm run build`: the command as one file that needs nothing but node, and the licences of what it holds. The same
 * source and lockfile give the same bytes, wherever the checkout stands. A folder that is named gets them instead of
 * the action's.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const byteLengthMax = 700_000

/**
 * Of js-yaml, which marks the files that it is made of, what makes events of a text. All else would stay, as if loading it
 * did something; the lines that it quotes in errors are shown to nobody.
 */
function keepParser(library: string): string {
  const regions = new Map(
    [...library.matchAll(/^\/\/#region src\/(\S+)\.ts\n(.*?)^\/\/#endregion$/gms)].map(([text, name]) => [name, text]),
  )
  const names = ['common/exception', 'parser/events', 'parser/parser_scalar', 'parser/parser']
  const kept = names.map((name) => {
    const text = regions.get(name)
    if (text === undefined) throw new Error(`js-yaml has no part ${name}, or marks its parts otherwise than it did`)
    return text
  })
  return [
    ...kept,
    'const makeSnippet = () => null',
    'export { EVENT_ID, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents }',
  ].join('\n')
}

/** The text of `--help`, without the blanks before its second column: they come back when somebody asks. */
function foldHelp(module: string): string {
  const folded = module.replaceAll(/^(?=.{27}\S)(.{0,25}?) {2,}(?<=^.{27})/gm, '$1\t')
  const text = folded.replace(/`\n$/, '`.replaceAll(/^(.*)\\t/gm, (_, start) => start.padEnd(27))\n')
  if (!text.endsWith('(27))\n') || text.split('\t').length < 50) throw new Error('The text of --help has another form')
  return text
}

/**
 * A module of the project whose late imports are imports as the others: one file is read as a whole anyhow, and what keeps
 * modules apart until they are needed is 20 kB that save no time. Those of node stay late, and what a proxy takes, which
 * loads all of TLS. Names get a number, since a function may have them too.
 */
function importAtOnce(module: string): string {
  const imports: string[] = []
  const add = (name: string, from: string) => {
    const own = `late${imports.length}`
    imports.push(name === '*' ? `import * as ${own} from '${from}'` : `import { ${name} as ${own} } from '${from}'`)
    return own
  }
  const text = module
    .replaceAll(
      /const \{ ([\w, :]+) \} = await import\('((?!node:|.*\/proxies)[^']+)'\)/g,
      (_, names: string, from: string) => {
        const own = names.split(', ').map((name) => name.split(': ') as [string, string?])
        return `const ${own.map(([name, local]) => `${local ?? name} = ${add(name, from)}`).join(', ')}`
      },
    )
    .replaceAll(/\bimport\('((?!node:|.*\/proxies)[^']+)'\)/g, (_, from: string) => add('*', from))
    // The tables of Unicode stay late.
    .replace('createRequire(import.meta.url)', 'require')
  return [...imports, text].join('\n')
}

const plugin: Plugin = {
  name: 'hubmirror',
  setup({ onResolve, onLoad }) {
    // An import stands at the top of the file, and node's would be loaded with it: those of http load all of fetch.
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }))
    onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
    onLoad({ filter: /[\\/]cli[\\/]help\.ts$/ }, ({ path }) => ({
      contents: foldHelp(readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
    onLoad({ filter: /[\\/](?:lib[\\/][^\\/]+[\\/][^\\/]+|sync)\.ts$/ }, ({ path }) => ({
      contents: importAtOnce(readFileSync(path, 'utf8').replace(/^#!.*/, '')),
      loader: 'ts',
    }))
    // Of Parquet only what says what a file holds is read, and no geometry (`geoparquet: false`).
    onLoad({ filter: /hyparquet[\\/]src[\\/](?:wkb|geoparquet)\.js$/ }, ({ path }) => ({
      contents: `export function ${/wkb/.test(path) ? 'wkbToGeojson' : 'markGeoColumns'}() { throw new Error('no geometry is read') }`,
    }))
    onLoad({ filter: /js-yaml[\\/]dist[\\/]js-yaml\.mjs$/ }, ({ path }) => ({
      contents: keepParser(readFileSync(path, 'utf8')),
    }))
  },
}

/** The licences of all packages of which the file holds anything, by name. Throws for one without a licence. */
function collectLicenses({ outputs }: Metafile): string {
  const held = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const folders = held.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []) : [],
  )
  const texts = [...new Set(folders)].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e(?:\.|$)/i.test(each))
    if (!license && file === undefined) throw new Error(`${name} has no licence: the one file may not hold it`)
    const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(root, folder, file), 'utf8')
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n').trim()}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  // Not the entry itself, whose first line says how the source is run.
  stdin: { contents: "import './sync.ts'", resolveDir: root, sourcefile: 'entry.ts' },
  outfile: 'hubmirror.mjs',
  banner: { js: '#!/usr/bin/env node' },
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  // The project's own would have each module say that it is strict, as all of a file of modules is.
  tsconfigRaw: {},
  logLevel: 'warning',
  plugins: [plugin],
})
const text = outputFiles[0]!.text
const byteLength = Buffer.byteLength(text)
if (byteLength > byteLengthMax) throw new Error(`hubmirror.mjs has ${byteLength} bytes, ${byteLengthMax} are allowed`)
const folder = resolve(process.argv[2] ?? join(root, '.github/actions/mirror'))
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'hubmirror.mjs'), text, { mode: 0o755 })
writeFileSync(join(folder, 'hubmirror.mjs.LICENSES.txt'), collectLicenses(metafile))
console.log(`${join(folder, 'hubmirror.mjs')}: ${byteLength} bytes`)

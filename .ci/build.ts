/**
 * `npm run build`: the command as one file that needs nothing but node, the licences of what it holds, and a list of it
 * (an SBOM). The same source and lockfile give the same bytes, wherever the checkout stands. A folder that is named gets
 * them instead of the action's.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'
import { keepParser } from './yaml-parser.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const byteLengthMax = 700_000

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
    // As a whole, it would be a list of all names.
    .replaceAll(/\bawait import\('(node:[^']+)'\)/g, "process.getBuiltinModule('$1')")
    .replaceAll(/\bimport\('((?!node:|.*\/proxies)[^']+)'\)/g, (_, from: string) => add('*', from))
    // The tables of Unicode stay late.
    .replace('createRequire(import.meta.url)', 'require')
  return [...imports, text].join('\n')
}

/**
 * A module of node, which is loaded by the first call of one of its functions: an import stands at the top of the file, and
 * would load it at once. All else that is imported of it is read when the file starts.
 */
async function loadWhenUsed(name: string): Promise<string> {
  const builtin = Object.entries((await import(name)) as Record<string, unknown>).filter(([key]) => key !== 'default')
  const isFunction = (key: string, value: unknown) => typeof value === 'function' && /^[a-z]/.test(key)
  return [
    'let $loaded',
    `const $load = () => ($loaded ??= process.getBuiltinModule(${JSON.stringify(name)}))`,
    'const $read = (name) => $load()[name]',
    ...builtin.map(([key, value]) =>
      isFunction(key, value)
        ? `export const ${key} = (...given) => $load().${key}(...given)`
        : `export const ${key} = /* @__PURE__ */ $read('${key}')`,
    ),
    'export default /* @__PURE__ */ $load()',
  ].join('\n')
}

/** Properties of js-yaml's events. They get short names, which is right as long as one module knows them. */
const eventNames = /\b(?:anchor|tag|value)(?:Start|End)\b/

const plugin: Plugin = {
  name: 'hubmirror',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }))
    onLoad({ filter: /^/, namespace: 'builtin' }, async ({ path }) => ({ contents: await loadWhenUsed(path) }))
    onLoad({ filter: /[\\/]cli[\\/]help\.ts$/ }, ({ path }) => ({
      contents: foldHelp(readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
    onLoad({ filter: /[\\/](?:lib[\\/][^\\/]+[\\/][^\\/]+|sync)\.ts$/ }, ({ path }) => {
      const module = readFileSync(path, 'utf8').replace(/^#!.*/, '')
      if (eventNames.test(module) && !/model[\\/]yaml\.ts$/.test(path)) throw new Error(`${path} has names of js-yaml`)
      return { contents: importAtOnce(module), loader: 'ts' }
    })
    // Of letters as wide as the reader wants, which are never asked for, no table.
    onLoad({ filter: /get-east-asian-width[\\/]lookup-data\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/(?<=ambiguousRanges = \[)[^\]]+/, ''),
    }))
    // Of Parquet's fields, which are numbers there and have long names here, those that say no more than how large a part is.
    onLoad({ filter: /hyparquet[\\/]src[\\/](?:metadata|thrift)\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll(/^ +(?:geospatial|size)_statistics: .*?^ {8}\},\n/gms, '')
        .replaceAll(/\bfield_(?=\d|\$)/g, '_'),
    }))
    // Of Parquet only what says what a file holds is read, and no geometry (`geoparquet: false`).
    onLoad({ filter: /hyparquet[\\/]src[\\/](?:wkb|geoparquet)\.js$/ }, ({ path }) => ({
      contents: `export function ${/wkb/.test(path) ? 'wkbToGeojson' : 'markGeoColumns'}() { throw new Error('no geometry is read') }`,
    }))
    onLoad({ filter: /js-yaml[\\/]dist[\\/]js-yaml\.mjs$/ }, ({ path }) => ({
      contents: keepParser(readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), 'utf8'))

/** A package of which the file holds anything, by what its own package.json says. */
interface Part {
  /** Where it stands, relative to the root: elsewhere, where `node_modules` is a link. */
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly license?: string
}

/** In the order of their folders. */
function listParts({ outputs }: Metafile): Part[] {
  const held = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const folders = held.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []) : [],
  )
  return [...new Set(folders)].toSorted().map((folder) => {
    const { name, version, license } = readJson(folder, 'package.json')
    return { folder, name, version, license }
  })
}

/** The licences of the parts. Throws for one without a licence. */
function collectLicenses(parts: readonly Part[]): string {
  const texts = parts.map(({ folder, name, version, license }) => {
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e(?:\.|$)/i.test(each))
    if (!license && file === undefined) throw new Error(`${name} has no licence: the one file may not hold it`)
    const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(root, folder, file), 'utf8')
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n').trim()}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

/**
 * What the file is made of, in the format of CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It tells no time and no
 * machine, so that it is the same wherever it is made. The hash of a part is that of its tarball, from the lockfile.
 */
function describeParts(parts: readonly Part[], file: string): string {
  const { packages } = readJson('package-lock.json')
  const describe = ({ name, version, license }: Omit<Part, 'folder'>, alg: string, content: string) => ({
    name,
    version,
    licenses: [{ license: { id: license } }],
    hashes: [{ alg, content }],
  })
  const own = describe(readJson('package.json'), 'SHA-256', createHash('sha256').update(file).digest('hex'))
  const component = { 'type': 'application', 'bom-ref': own.name, ...own }
  const components = parts.map((part) => {
    const [, sha512] = /^sha512-(\S+)$/.exec(packages[/node_modules\/.*/.exec(part.folder)![0]].integrity) ?? []
    if (sha512 === undefined) throw new Error(`The lockfile has no SHA-512 of ${part.name}`)
    const purl = `pkg:npm/${part.name.replace('@', '%40')}@${part.version}`
    const told = describe(part, 'SHA-512', Buffer.from(sha512, 'base64').toString('hex'))
    return { 'type': 'library', 'bom-ref': purl, purl, ...told }
  })
  const tools = {
    components: [
      { type: 'application', name: 'esbuild', version: readJson('node_modules/esbuild/package.json').version },
    ],
  }
  const dependencies = [{ ref: component['bom-ref'], dependsOn: components.map((each) => each['bom-ref']) }]
  const list = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { tools, component },
    components,
    dependencies,
  }
  return `${JSON.stringify(list, null, 2)}\n`
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
  mangleProps: eventNames,
  mangleQuoted: true,
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
const parts = listParts(metafile)
writeFileSync(join(folder, 'hubmirror.mjs.LICENSES.txt'), collectLicenses(parts))
writeFileSync(join(folder, 'hubmirror.mjs.cdx.json'), describeParts(parts, text))
console.log(`${join(folder, 'hubmirror.mjs')}: ${byteLength} bytes`)

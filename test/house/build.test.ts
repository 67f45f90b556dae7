/** The command as one file: what `npm run build` makes, and each way in which people start it. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build as bundle } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../lib/cli/asked.ts'
import { servePair } from '../hubs/pair.ts'
import { act, contents } from '../run/mirror-setup.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
const { dependencies, bin } = readJson(join(root, 'package.json')) as {
  readonly dependencies: Record<string, string>
  readonly bin: { readonly hubmirror: string }
}
const timeout = 120_000
const made = ['hubmirror.mjs', 'hubmirror.mjs.LICENSES.txt', 'hubmirror.mjs.cdx.json']

interface BomPart {
  readonly name: string
  readonly version: string
  readonly purl?: string
  readonly licenses: readonly { readonly license: { readonly id: string } }[]
  readonly hashes: readonly { readonly alg: string; readonly content: string }[]
}
/** Of the list of CycloneDX, what is looked at. */
interface Bom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly metadata: { readonly component: BomPart }
  readonly components: readonly BomPart[]
  readonly dependencies: readonly object[]
}

/** A checkout somewhere else, in which it is built, and a folder that is empty but for what a test puts there. */
let [folder, checkout, empty] = ['', '', '']
const fileIn = (from: string) => join(from, bin.hubmirror)
const build = (from: string, ...argv: string[]) =>
  run('npm', ['run', '--silent', 'build', '--', ...argv], { cwd: from })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one file '))
  ;[checkout, empty] = [join(folder, 'check out ü数'), join(folder, 'empty')]
  mkdirSync(empty)
  for (const name of [
    '.ci',
    'lib',
    'sync.ts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'README.md',
    'LICENSE',
  ])
    cpSync(join(root, name), join(checkout, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction')
  await build(checkout)
}, timeout)
afterAll(() => rmSync(folder, { recursive: true }))

describe('the one file', () => {
  test('is the same bytes from the same source, wherever that stands', { timeout }, async () => {
    await build(root, join(folder, 'again'))
    for (const name of made) {
      const again = readFileSync(join(folder, 'again', name))
      expect(again.equals(readFileSync(join(checkout, '.github/actions/mirror', name))), name).toBe(true)
    }
  })

  test('is committed as the source makes it: after a change it is `npm run build` that makes it again', () => {
    for (const name of made) {
      const committed = readFileSync(join(root, '.github/actions/mirror', name))
      expect(committed.equals(readFileSync(join(checkout, '.github/actions/mirror', name))), name).toBe(true)
    }
  })

  test('requires and imports nothing, asks node for what it brings, and is at most 700 kB', async () => {
    const text = readFileSync(fileIn(checkout), 'utf8')
    expect(text).not.toMatch(/\b(?:__|createR|r)equire\b/)
    const { metafile } = await bundle({
      entryPoints: [fileIn(checkout)],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
    })
    expect(Object.values(metafile.inputs).flatMap((input) => input.imports)).toEqual([])
    const asked = [...text.matchAll(/getBuiltinModule\("([^"]*)"\)/g)].map(([, name]) => name!)
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((name) => !isBuiltin(name))).toEqual([])
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(700_000)
  })

  test('has the licences of all that it holds beside it', () => {
    const licenses = readFileSync(`${fileIn(checkout)}.LICENSES.txt`, 'utf8')
    const named = [...licenses.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \((?:MIT|ISC|Apache-2\.0)\)$/gm)].map(
      ([, name]) => name,
    )
    for (const name of Object.keys(dependencies)) if (name !== 'tsx') expect(named).toContain(name)
    expect(licenses.match(/permission|licensed under/gi)!.length).toBeGreaterThanOrEqual(named.length)
  })

  test('has a list beside it of all that it holds, with the hash of the file and of each tarball', () => {
    const {
      bomFormat,
      specVersion,
      metadata,
      components,
      dependencies: refs,
    } = readJson(`${fileIn(checkout)}.cdx.json`) as Bom
    const licenses = readFileSync(`${fileIn(checkout)}.LICENSES.txt`, 'utf8')
    const { packages } = readJson(join(root, 'package-lock.json')) as {
      readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>
    }
    expect([bomFormat, specVersion, metadata.component.name]).toEqual(['CycloneDX', '1.6', 'hubmirror'])
    expect(metadata.component.hashes).toEqual([
      {
        alg: 'SHA-256',
        content: createHash('sha256')
          .update(readFileSync(fileIn(checkout)))
          .digest('hex'),
      },
    ])
    expect(components.map((part) => `${part.name} ${part.version}`)).toEqual(
      [...licenses.matchAll(/^(\S+ \d+\.\d+\.\d+) \(/gm)].map(([, part]) => part),
    )
    const locked = Object.values(packages).map((each) => `${each.version} ${each.integrity}`)
    for (const part of components) {
      const integrity = `sha512-${Buffer.from(part.hashes[0]!.content, 'hex').toString('base64')}`
      expect(locked).toContain(`${part.version} ${integrity}`)
      expect([part.purl, part.licenses[0]!.license.id]).toEqual([
        `pkg:npm/${part.name}@${part.version}`,
        expect.stringMatching(/^\w[\w.-]+$/),
      ])
    }
    expect(refs).toEqual([{ ref: 'hubmirror', dependsOn: components.map(({ purl }) => purl) }])
  })

  test('reads YAML, of which it holds a parser with other names, as the source does', async () => {
    const path = join(empty, 'pairs.yml')
    const words = async (yaml: string) => {
      writeFileSync(path, yaml)
      return run(process.execPath, [fileIn(checkout), '--config', path], { cwd: empty, env: {} }).catch(
        ({ stderr }: { readonly stderr: string }) => stderr,
      )
    }
    expect(await words('defaults:\n  branch: &main main\npairs: {}\n')).toContain('line 2: anchors, aliases and tags')
    expect(await words('defaults:\n  branch: a: b\n')).toContain('line 2: it is not YAML: a value with a colon')
    expect(await words('pairs:\n  a:\n    "hf": "datasets/\\x61/b"\n    github: [a/b]\n')).toContain(
      'line 4: "github" has to be a text',
    )
    rmSync(path)
  })

  test('mirrors as the source does, and asks two questions where nothing is to be done', { timeout }, async () => {
    const pair = await servePair()
    act(pair, 'huggingface', { 'README.md': '# Corpus\n', 'data.bin': Buffer.from([0, 1, 2]) }, 'Begin')
    // node's own list of what it has loaded is told at the end.
    const tell = "process.on('exit', () => console.error('loaded', ...process.moduleLoadList))"
    const tellLoaded = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`]
    const start = () => run(process.execPath, [...tellLoaded, fileIn(checkout)], { cwd: empty, env: pair.env })
    const first = await start()
    const asked = () => pair.github.requests.length + pair.huggingface.requests.length
    const before = asked()
    const again = await start()
    expect([contents(pair, 'github'), asked() - before]).toEqual([contents(pair, 'huggingface'), 2])
    expect([first.stdout, again.stdout]).toEqual([
      expect.stringContaining('Mirrored 3 changes'),
      expect.stringContaining('\nIn sync. 2 requests'),
    ])
    const loaded = again.stderr
      .trim()
      .split('loaded ')[1]!
      .split(/ (?=NativeModule|Internal Binding)/)
    expect(loaded).toContain('NativeModule _http_client')
    expect(loaded.filter((name) => /undici|NativeModule (?:https|tls|readline)$/.test(name))).toEqual([])
    await pair.close()
  })
})

describe('it is started', () => {
  const prints = async (file: string, argv: readonly string[], cwd: string) =>
    expect((await run(file, [...argv, '--version'], { cwd })).stdout).toBe(`${version}\n`)

  test('by its own path from an empty folder, and through the link that npm makes', async () => {
    const link = join(empty, 'hubmirror')
    symlinkSync(fileIn(checkout), link)
    for (const file of [fileIn(checkout), link]) await prints(process.execPath, [file], empty)
    // As a module from elsewhere, by its address: what a path on Windows is turned into.
    const load = `process.argv.splice(1, 0, 'x'); await import(${JSON.stringify(pathToFileURL(fileIn(checkout)).href)})`
    await prints(process.execPath, ['--input-type=module', '-e', load, '--'], empty)
    if (process.platform !== 'win32') await prints(link, [], empty)
    rmSync(link)
  })

  test('by npx in a checkout', { timeout }, () => prints('npx', ['--no', '--offline', 'hubmirror'], checkout))

  test('from a packed tarball, which is built for it and holds little else', { timeout }, async () => {
    rmSync(join(checkout, '.github'), { recursive: true })
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: checkout })
    const [packed] = Object.values(
      JSON.parse(stdout.slice(stdout.search(/^[[{]$/m))) as Record<
        string,
        { filename: string; files: readonly { readonly path: string }[] }
      >,
    )
    expect(packed!.files.map(({ path }) => path).toSorted()).toEqual(
      [...made.map((name) => `.github/actions/mirror/${name}`), 'LICENSE', 'README.md', 'package.json'].toSorted(),
    )
    await run('tar', ['-xzf', join(folder, packed!.filename), '-C', empty])
    expect(existsSync(join(empty, 'package/node_modules'))).toBe(false)
    await prints(process.execPath, [fileIn(join(empty, 'package'))], empty)
  })

  test('from its source by node alone, where node knows types; an older one says that it does not', async () => {
    const started = run(process.execPath, [join(root, 'sync.ts'), '--version'], { cwd: empty, env: {} })
    const knowsTypes = (process.features as { readonly typescript?: unknown }).typescript
    if (knowsTypes) expect((await started).stdout).toBe(`${version}\n`)
    else await expect(started).rejects.toThrow('ERR_UNKNOWN_FILE_EXTENSION')
  })
})

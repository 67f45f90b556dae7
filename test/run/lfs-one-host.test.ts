/** LFS objects on Hugging Face alone: GitHub holds pointers, and its clones fetch from the Hub. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { editLfsConfig } from '../../lib/plan/lfs-config.ts'
import { hasGitLfs } from '../git-judge.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, heads } from './mirror-setup.ts'

const parquet = (name: string) => Buffer.from(`PAR1\0${name}\0PAR1`)
const rule = { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n' }
const mode = ['--lfs', 'huggingface']

describe('.lfsconfig', () => {
  const url = 'https://huggingface.co/datasets/acme/corpus.git/info/lfs'
  test.each<[name: string, text: string, expected: ReturnType<typeof editLfsConfig>]>([
    ['none yet', '', { text: `[lfs]\n\turl = ${url}\n` }],
    [
      'other settings stay',
      '[lfs]\n\tfetchexclude = big\n',
      { text: `[lfs]\n\tfetchexclude = big\n[lfs]\n\turl = ${url}\n` },
    ],
    ['no newline at its end', '[other]\n\turl = x', { text: `[other]\n\turl = x\n[lfs]\n\turl = ${url}\n` }],
    ['it says so', `[lfs]\n\turl = ${url}\n`, null],
    ['it says so, otherwise written', `[LFS]\r\n  URL = "${url}/" ; ours\r\n`, null],
    [
      'a server with a name of its own is another setting',
      '[lfs "https://x.test"]\n\turl = y\n',
      { text: `[lfs "https://x.test"]\n\turl = y\n[lfs]\n\turl = ${url}\n` },
    ],
    ['it names another server', '[lfs]\n\turl = https://lfs.example.org/x\n', { other: 'https://lfs.example.org/x' }],
    ['the last one counts', `[lfs]\n\turl = https://lfs.example.org/x\n[lfs]\n\turl = ${url}\n`, null],
  ])('%s', (_, before, expected) => {
    expect(editLfsConfig(before, url)).toEqual(expected)
  })
})

describe('--lfs huggingface', () => {
  let pair: Pair
  beforeEach(async () => {
    pair = await servePair({ waitMsMax: 10 })
  })
  afterEach(() => pair.close())

  async function run(...argv: string[]) {
    const ran = await pair.run(...mode, ...argv)
    expect(ran.exitCode, ran.out + ran.err).toBe(0)
    return ran
  }
  /** As git has it: pointers stay what they are. */
  const onGithub = (path: string) => {
    const { store } = pair.github
    const file = store.readFiles(store.readCommit(heads(pair).github!).tree).get(path)
    return file && store.read(file.oid, 'blob').toString()
  }
  const lfsUrl = () => `${pair.env.HF_ENDPOINT}/datasets/acme/corpus.git/info/lfs`
  const expectNothingAtGithub = () =>
    expect([
      pair.storages.github.hub.requests.length,
      pair.github.requests.filter(({ url }) => url.includes('/info/lfs')).length,
    ]).toEqual([0, 0])

  test('uploads nothing to GitHub: pointers, and where their objects are', async () => {
    act(pair, 'github', { ...rule, 'keep.txt': 'keep\n' })
    act(pair, 'huggingface', { 'h.txt': 'h\n', 'a.parquet': { lfs: parquet('a') } })
    await run('--init', 'union')
    expect(onGithub('a.parquet')).toMatch(/^version https:\/\/git-lfs/)
    expect(onGithub('.lfsconfig')).toBe(`[lfs]\n\turl = ${lfsUrl()}\n`)
    expect(pair.huggingface.files('main').has('.lfsconfig')).toBe(false)
    expectNothingAtGithub()
    expect(await pair.run(...mode)).toMatchObject({ exitCode: 0, requests: 2 })
    expect(await pair.run(...mode, '--verify')).toMatchObject({ exitCode: 0 })
  })

  test('on a new GitHub repository, in the same commits', async () => {
    act(pair, 'huggingface', { 'h.txt': 'h\n', 'a.parquet': { lfs: parquet('a') } }, 'One')
    act(pair, 'huggingface', { 'b.txt': 'b\n' }, 'Two')
    await run()
    expect(onGithub('.lfsconfig')).toContain(lfsUrl())
    expect(onGithub('b.txt')).toBe('b\n')
    expectNothingAtGithub()
  })

  test("begun on two sides that are equal already, in a commit of its own that names the Hub's head", async () => {
    act(pair, 'github', { 'keep.txt': 'keep\n' })
    expect((await pair.run()).exitCode).toBe(0)
    const before = heads(pair)
    await run()
    expect([pair.github.store.readCommit(heads(pair).github!).parents, heads(pair).huggingface]).toEqual([
      [before.github],
      before.huggingface,
    ])
    expect(onGithub('.lfsconfig')).toContain(lfsUrl())
    expect(await pair.run(...mode)).toMatchObject({ exitCode: 0, requests: 2 })
    expect(await pair.run()).toMatchObject({ exitCode: 0, requests: 2 })
  })

  test('an object that somebody pushed through that file is on the Hub already, and is copied nowhere', async () => {
    act(pair, 'github', { ...rule, 'keep.txt': 'keep\n' })
    await run()
    const object = pair.huggingface.repository.addObject(parquet('pushed'))
    act(pair, 'github', {
      'p.parquet': `version https://git-lfs.github.com/spec/v1\noid sha256:${object.oid}\nsize ${object.byteLength}\n`,
    })
    await run()
    expect(pair.huggingface.files('main').get('p.parquet')!.lfs).toEqual(object)
    expectNothingAtGithub()
  })

  test('objects that only GitHub has are called missing on the Hub, and the run that brings them there is named', async () => {
    act(pair, 'github', { ...rule, 'keep.txt': 'keep\n', 'a.parquet': { lfs: parquet('a') } })
    const ran = await pair.run(...mode)
    expect(ran.exitCode).toBe(3)
    expect(ran.out).toMatch(
      /Hugging Face, which keeps LFS objects[^]*lacks those of GitHub's "a\.parquet"\. Run once with --lfs both/,
    )
    expect((await pair.run()).exitCode).toBe(0)
    await run()
    expect(onGithub('.lfsconfig')).toContain(lfsUrl())
    expect(pair.huggingface.files('main').get('a.parquet')!.content).toEqual(parquet('a'))
  })

  test('is remembered: a run that is not told goes on with it and says so, and --lfs both does not', async () => {
    act(pair, 'github', { ...rule, 'keep.txt': 'keep\n' })
    await run()
    act(pair, 'huggingface', { 'h.parquet': { lfs: parquet('h') } })
    const ran = await pair.run()
    expect([ran.exitCode, ran.out], ran.err).toEqual([0, expect.stringContaining('goes on with --lfs huggingface')])
    expect(onGithub('h.parquet')).toMatch(/^version https:\/\/git-lfs/)
    expect(await pair.run()).toMatchObject({ exitCode: 0, requests: 2 })
    expect(await pair.run(...mode)).toMatchObject({ exitCode: 0, requests: 2 })
    expect(await pair.run('--verify')).toMatchObject({ exitCode: 0 })
    act(pair, 'github', { 'g.txt': 'g\n' })
    expect((await pair.run('--to', 'huggingface')).out).toContain('goes on with --lfs huggingface')
    expectNothingAtGithub()
    expect((await pair.run('--check')).out).toContain('--lfs keeps the objects of both sides elsewhere')
    act(pair, 'huggingface', { 'both.parquet': { lfs: parquet('both') } })
    // The proof asks GitHub for the first one, too.
    expect((await pair.run('--lfs', 'both')).exitCode).toBe(5)
    expect(pair.storages.github.objects.size).toBe(1)
    act(pair, 'huggingface', { 'later.parquet': { lfs: parquet('later') } })
    expect((await pair.run()).exitCode).toBe(0)
    expect(pair.storages.github.objects.size).toBe(1)
  })

  test('is forgotten where the file leads there no more, or where somebody else wrote it', async () => {
    act(pair, 'github', { ...rule, 'keep.txt': 'keep\n' })
    await run()
    act(pair, 'github', { '.lfsconfig': null })
    act(pair, 'huggingface', { 'h.parquet': { lfs: parquet('h') } })
    const ran = await pair.run()
    expect([ran.exitCode, ran.out], ran.err).toEqual([0, expect.not.stringContaining('goes on with --lfs')])
    expect(pair.storages.github.objects.size).toBe(1)
  })

  test('another server in that file is left alone, and is said', async () => {
    act(pair, 'github', { 'keep.txt': 'keep\n', '.lfsconfig': '[lfs]\n\turl = https://lfs.example.org/x\n' })
    const ran = await pair.run(...mode)
    expect([ran.exitCode, ran.out]).toEqual([
      3,
      expect.stringContaining('sends clones to https://lfs.example.org/x for LFS objects'),
    ])
    expect((await pair.run()).exitCode).toBe(0)
  })

  test.skipIf(!hasGitLfs)('real git lfs pull of a clone from GitHub fetches from the Hub', async () => {
    act(pair, 'github', { ...rule, 'keep.txt': 'keep\n' })
    act(pair, 'huggingface', { 'a.parquet': { lfs: parquet('a') } })
    await run('--init', 'union')
    const folder = mkdtempSync(join(tmpdir(), 'one-host-'))
    try {
      pair.github.writeBareRepository(join(folder, 'bare'))
      const env = {
        ...process.env,
        GIT_LFS_SKIP_SMUDGE: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_GLOBAL: join(folder, 'config'),
        GIT_CONFIG_NOSYSTEM: '1',
        HOME: folder,
      }
      const git = (cwd: string, ...argv: string[]) => promisify(execFile)('git', argv, { cwd, env, timeout: 30_000 })
      await git(folder, 'lfs', 'install', '--skip-repo')
      await git(folder, 'clone', '-q', join(folder, 'bare'), 'clone')
      const clone = join(folder, 'clone')
      expect(readFileSync(join(clone, 'a.parquet'), 'utf8')).toMatch(/^version https:\/\/git-lfs/)
      await git(clone, 'lfs', 'pull')
      expect(readFileSync(join(clone, 'a.parquet'))).toEqual(parquet('a'))
      expect((await git(clone, 'lfs', 'fsck')).stdout).toContain('OK')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

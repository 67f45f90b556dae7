/** The Hub as it is today: where it leads, what its hook refuses after it said yes, and what its refusals are about. */
import { describe, expect, it } from 'vitest'
import { redactText } from '../../lib/http/redact.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, contents, expectInSync, expectStopped, startMirrored, type Files } from '../run/mirror-setup.ts'

const begin: Files = { 'a.txt': 'a\n' }
const picture = Buffer.from('\x89PNG\0pixels', 'latin1')
const volume = Buffer.concat([Buffer.from('NRRD0004\ntype: short\n'), Buffer.alloc(2_000, 'x'), Buffer.from([0, 1, 2])])
const commits = (log: readonly string[]) =>
  log.filter((line) => line.includes('/commit/main')).map((line) => line.slice(-3))

describe('a plain file is stored as an object after all', () => {
  it.each([true, false])(
    'where the hook refuses what preupload called regular (GitHub was written first: %s)',
    async (both) => {
      const pair = await startMirrored(begin, { huggingface: { switches: { refusesAsPlain: /\.nrrd$/ } } })
      act(pair, 'github', { 'brain.nrrd': volume, 'b.txt': 'b\n' })
      if (both) act(pair, 'huggingface', { 'c.txt': 'c\n' })
      const ran = await pair.run()
      expect(ran.exitCode, ran.err).toBe(0)
      expect(commits(ran.log)).toEqual(['400', '200'])
      expect(ran.err).toContain('Hugging Face takes "brain.nrrd" as LFS objects only; planning again')
      expect(pair.huggingface.files('main').get('brain.nrrd')?.lfs).not.toBeNull()
      expect(pair.github.files('main').get('brain.nrrd')?.lfs).toBeNull()
      await expectInSync(pair)
    },
  )

  it('where several are refused at once, and not where they already were', async () => {
    const pair = await startMirrored(begin, { huggingface: { switches: { refusesAsPlain: /\.nrrd$/ } } })
    act(pair, 'github', { 'one (1).nrrd': volume, 'd/two.nrrd': volume })
    expect(commits((await pair.run()).log)).toEqual(['400', '200'])
    await expectInSync(pair)
  })

  it('and is plain where the hook lets its kind pass', async () => {
    const pair = await startMirrored(begin, { huggingface: { switches: { passesAsPlain: /\.jpg$/ } } })
    act(pair, 'github', { 'photo.jpg': picture, 'other.dat': picture })
    expect((await pair.run()).exitCode).toBe(0)
    expect([
      pair.huggingface.files('main').get('photo.jpg')?.lfs,
      pair.huggingface.files('main').get('other.dat')?.lfs === null,
    ]).toEqual([null, false])
    await expectInSync(pair)
  })
})

describe('a renamed repository', () => {
  function rename(pair: Pair, movedOrigin: string): void {
    pair.huggingface.renamedFrom('datasets/acme/old')
    pair.huggingface.switches.movedOrigin = movedOrigin
    pair.env.HF_REPO = 'datasets/acme/old'
  }

  it.each(['', 'https://huggingface.co', 'https://hf.co'])(
    'is read and written under its former name, private too, wherever that leads: "%s"',
    async (movedOrigin) => {
      const pair = startPair({ github: { private: true }, huggingface: { private: true } })
      act(pair, 'github', { ...begin, 'x.dat': volume })
      expect((await pair.run()).exitCode).toBe(0)
      rename(pair, movedOrigin)
      act(pair, 'github', { 'b.txt': 'b\n' })
      act(pair, 'huggingface', { 'c.txt': 'c\n', 'd.txt': 'd\n' })
      const ran = await pair.run()
      expect(ran.exitCode, ran.out + ran.err).toBe(0)
      expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
    },
  )

  it("that leads to a host which is not the Hub's gets no token and no body there", async () => {
    const pair = await startMirrored(begin)
    rename(pair, 'https://evil.example')
    const said = await pair.run()
    expect(said.exitCode).toBe(1)
    expect(said.err).toContain('it is not a host that Hugging Face is known to use')
  })
})

it("plain files of public repositories lead through an address with a query, counted as a resolver's", async () => {
  const pair = await startMirrored(begin)
  // The first two are read where no redirect comes first.
  act(pair, 'huggingface', { '1.txt': '1\n', '2.txt': '2\n', 'dir/ü b.txt': 'u\n' })
  const from = pair.huggingface.requests.length
  expect((await pair.run()).exitCode).toBe(0)
  const cached = pair.huggingface.requests.slice(from).filter(({ url }) => url.includes('/resolve-cache/'))
  expect(cached.map(({ url, status }) => [new URL(url).search, status])).toEqual([
    [
      expect.stringMatching(
        /^\?%2Fdatasets%2Facme%2Fcorpus%2Fresolve%2F[0-9a-f]{40}%2Fdir%2F%25C3%25BC%2520b.txt=&etag=%22[0-9a-f]{40}%22$/,
      ),
      200,
    ],
  ])
  // With no request of that kind left for this window the run waits for the next one.
  pair.huggingface.switches.quotas.resolvers = 2
  act(pair, 'huggingface', { '1.txt': 'one\n', '2.txt': 'two\n', 'more.txt': 'more\n' })
  const waited = await pair.run()
  expect([waited.exitCode, waited.log.some((line) => / \S*resolve\S* 429$/.test(line))]).toEqual([0, true])
})

describe('a refusal of the Hub is told for what it is:', () => {
  const json = { 'content-type': 'application/json' }
  const refusals: {
    readonly name: string
    readonly on: RegExp
    readonly status: number
    readonly text: string
    readonly headers?: Record<string, string>
    readonly code: number
    readonly says: RegExp
    readonly never: RegExp
  }[] = [
    {
      name: 'storage that is full',
      on: /\/commit\/main/,
      status: 403,
      text: 'Private repository storage limit reached',
      code: 3,
      says: /the storage that its owner has on Hugging Face is used up/,
      never: /token/,
    },
    {
      name: 'a region',
      on: /\/commits\//,
      status: 403,
      text: 'This repository is not available in your region',
      code: 4,
      says: /run it in another region/,
      never: /write access|read access/,
    },
    {
      name: 'a region, by its status',
      on: /\/commits\//,
      status: 451,
      text: '',
      code: 4,
      says: /run it in another region/,
      never: /read access/,
    },
    {
      name: 'a policy',
      on: /\/commits\//,
      status: 403,
      text: 'Access blocked by the Content Access Policy of acme',
      code: 4,
      says: /Content Access Policy stands against it/,
      never: /read access/,
    },
    {
      name: 'a gate, by its code',
      on: /\/commits\//,
      status: 403,
      text: 'Access denied',
      headers: { 'x-error-code': 'GatedRepo' },
      code: 4,
      says: /the repository is gated: accept its conditions/,
      never: /does not exist/,
    },
    {
      name: 'a gate, by its words',
      on: /\/commits\//,
      status: 401,
      text: 'Access to dataset acme/corpus is restricted. You must have access to it',
      code: 4,
      says: /the repository is gated: accept its conditions/,
      never: /does not exist/,
    },
  ]

  it.each(refusals)('$name', async ({ on, status, text, headers = {}, code, says, never }) => {
    const pair = await startMirrored(begin)
    act(pair, 'github', { 'a.txt': 'b\n' })
    pair.huggingface.faults.push({
      on: ({ url }) => on.test(url),
      times: 99,
      when: 'before',
      act: { status, headers: { ...json, ...headers }, body: JSON.stringify({ error: text }) },
    })
    const ran = await pair.run()
    expect([ran.exitCode, ran.err]).toEqual([code, expect.stringMatching(says)])
    expect(ran.err).not.toMatch(never)
  })
})

describe('a token of 520 characters with dots', () => {
  const long = `ghs_1234567_eyJhbGciOiJSUzI1NiJ9.${'x'.repeat(475)}.sig-_nature`

  it('works everywhere a short one does, objects and all', async () => {
    const pair = startPair({
      env: { GITHUB_TOKEN: long },
      github: { private: true, tokens: new Map([[long, 'write']]) },
      huggingface: { private: true },
    })
    act(pair, 'github', {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'x.bin': { lfs: volume },
      'a.txt': 'a\n',
    })
    const ran = await pair.run('-v')
    expect(ran.exitCode, ran.err).toBe(0)
    act(pair, 'huggingface', { 'y.bin': { lfs: Buffer.from('other bytes') } })
    const back = await pair.run('-v')
    expect(back.exitCode, back.err).toBe(0)
    expect(ran.out + ran.err + back.out + back.err).not.toContain(long.slice(0, 40))
  })

  it('is taken out of any text in each of its forms, and nothing of it is left', () => {
    const basic = Buffer.from(`x-access-token:${long}`).toString('base64')
    for (const form of [long, encodeURIComponent(long), basic, Buffer.from(long).toString('hex')]) {
      const shown = redactText(`fatal: ${form} was refused`, [long])
      expect(shown).toMatch(/^fatal: \S{0,30}\*\*\*\S{0,4} was refused$/)
    }
  })

  it('is shown in no error that a service sends back with it', async () => {
    const pair = startPair({ env: { GITHUB_TOKEN: long }, github: { tokens: new Map([[long, 'write']]) } })
    act(pair, 'github', begin)
    pair.github.faults.push({
      on: () => true,
      times: 99,
      when: 'before',
      act: {
        status: 403,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message: `No: Bearer ${long}` }),
      },
    })
    expect((await expectStopped(pair, 4)) + (await pair.run()).err).not.toContain(long.slice(12, 60))
  })
})

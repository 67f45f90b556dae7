/** `npm run test:live` as people start it, against the fakes. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAnswers } from '../hubs/answers.ts'
import { servePair, tokens, type Pair } from '../hubs/pair.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'live-'))
const file = join(folder, 'answers.json')
let pair: Pair
beforeAll(async () => {
  pair = await servePair({ github: { name: 'acme/scratch' }, huggingface: { id: 'datasets/acme/scratch' } })
})
afterAll(async () => {
  await pair.close()
  rmSync(folder, { recursive: true })
})

/** Nothing of this process's own tokens gets there. */
async function runLive(env: Record<string, string>): Promise<{ exitCode: number | null; out: string }> {
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/live/vitest.config.ts'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1', ...env },
    },
  )
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  return { exitCode, out }
}

const setting = () => ({
  ...pair.env,
  LIVE_GITHUB: 'acme/scratch',
  LIVE_HF: 'datasets/acme/scratch',
  LIVE_GITHUB_READ_TOKEN: tokens.githubRead,
  LIVE_HF_READ_TOKEN: tokens.huggingfaceRead,
  LIVE_WAIT_MAX_MS: '5',
  LIVE_SCALE: '100',
  LIVE_ANSWERS: file,
})

describe('the live tests', () => {
  it('fail at once and name what is not set', async () => {
    const { LIVE_HF: _, HF_TOKEN: __, ...rest } = { HF_TOKEN: '', ...setting() }
    const { exitCode, out } = await runLive(rest)
    expect(exitCode).toBe(64)
    expect(out.trim().split('\n')).toEqual([
      expect.stringMatching(/^Cannot run the live tests: set LIVE_HF and HF_TOKEN \(/),
    ])
    expect(pair.github.requests).toHaveLength(0)
  })

  it('touch no repository that is not named for it', async () => {
    const { exitCode, out } = await runLive({ ...setting(), LIVE_GITHUB: 'tests/corpus' })
    expect([exitCode, out]).toEqual([64, expect.stringContaining('LIVE_GITHUB is "tests/corpus"')])
    expect(pair.github.requests).toHaveLength(0)
  })

  it('pass against services as the fakes are, tell what they saw, and leave nothing behind', async () => {
    const { exitCode, out } = await runLive(setting())
    expect(out).toMatch(/How long reads lag behind writes:\n {2}- GitHub: the head shows a write after \d+ ms/)
    expect(out).toMatch(/Whether `updateRefs` is open to this token:\n {2}- allowed\n/)
    expect(out).toMatch(/Whether a push moves a branch:\n {2}- answered 200: ok refs\/heads\/main\n/)
    expect(out).toMatch(/GitHub: not refused, .*\n {2}- Hugging Face: refused, RefusedError: /)
    expect(out).toMatch(/GitHub, prepare: DeniedError: .*\n(?:.*\n)*.*Hugging Face, checkWrite: DeniedError: /)
    expect(out).toContain('| huggingface | Has a comparison an ETag? | `compareTags` | true |')
    const { github, huggingface } = parseAnswers(readFileSync(file, 'utf8'), 'the file')
    expect([github['updateRefs'], huggingface['commitsPerHour']]).toMatchObject([{ value: 'allowed' }, { value: 128 }])
    expect(exitCode, out).toBe(0)
    for (const token of Object.values(tokens)) expect(out + readFileSync(file, 'utf8')).not.toContain(token)
    expect([...pair.github.refs.keys()]).toEqual(['refs/heads/main'])
    expect(
      [...pair.github.files('main').keys(), ...pair.huggingface.files('main').keys()].filter((path) =>
        path.startsWith('contract-'),
      ),
    ).toEqual([])
  }, 300_000)
})

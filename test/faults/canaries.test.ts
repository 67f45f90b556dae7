/** No secret stands in anything that a run tells or writes. `inject.ts` looks for them after every fault as well. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Response } from '../hubs/message.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror } from '../run/mirror-setup.ts'
import { findLeaks, listSecrets } from './canaries.ts'
import { hosts, hubOf } from './faults.ts'

const folder = mkdtempSync(join(tmpdir(), 'canaries-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** As long as those that workflows are given, and with the dots that they have. */
const github = `ghs_canary.${Array.from({ length: 80 }, (_, index) => `${index}x7Qp`.slice(0, 6)).join('')}.end0123456789`
const huggingface = 'hf_jwtCanary.eyJ0ZXN0IjoiY2FuYXJ5In0.AbCdEfGhIjKlMnOpQrStUvWxYz'

test.each([
  ['as it is', `said ${github}`],
  ['as a part of an address', `?key=${encodeURIComponent(github)}`],
  ['in hex', Buffer.from(github).toString('hex')],
  ['in base64, behind a name', Buffer.from(`user:${github}`).toString('base64')],
  ['in base64 for addresses', Buffer.from(`x-access-token:${github}`).toString('base64url')],
  ['cut at its end', github.slice(0, 20)],
  ['cut at its beginning', github.slice(-20)],
])('a secret is found %s', (_, text) => {
  expect(findLeaks(text, [github]).length).toBeGreaterThan(0)
  expect(findLeaks(text.replaceAll(/\w/g, 'x'), [github])).toEqual([])
})

interface Scene {
  readonly name: string
  readonly prepare?: (pair: Pair) => void
  readonly argv?: readonly string[]
}

/** After so many requests of a run each host answers by what it was sent. */
const echo =
  (status: number, after: number) =>
  (pair: Pair): void => {
    for (const host of hosts) {
      const begun = hubOf(pair, host).requests.length
      const around = (request: Request) => {
        const said = `${request.headers.get('authorization')} at ${request.url}`
        const headers = { 'content-type': 'application/json', 'x-error-message': said }
        const told = { message: said, error: said, errors: [{ message: said }] }
        return Promise.resolve(new Response(JSON.stringify(told), { status, headers }))
      }
      const on = (_: Request, number: number) => number > begun + after
      hubOf(pair, host).faults.push({ on, when: 'before', act: { around }, times: Infinity })
    }
  }
const echoes = [200, 400, 403, 500].flatMap((status) =>
  [0, 2, 5].map((after) => ({
    name: `services that say ${status} after ${after} requests, and what they were sent`,
    prepare: echo(status, after),
  })),
)

const scenes: readonly Scene[] = [
  { name: 'a run with objects' },
  { name: 'a dry run with a page', argv: ['--dry-run', '--html', join(folder, 'page.html')] },
  { name: 'a check', argv: ['--check'] },
  { name: 'JSON', argv: ['--json', '--dry-run'] },
  { name: 'a log for programs', argv: ['--log', 'json'] },
  ...echoes,
  { name: 'a token in an option', argv: ['--branch', `x${huggingface}`] },
  { name: 'a token that is an option', argv: [`--${github}`] },
  { name: 'a token in the place of a repository', argv: ['--github', `acme/${github}`] },
]

test.each(scenes)('nor does $name tell one, in a terminal or in a workflow', async ({ name, prepare, argv = [] }) => {
  for (const isAction of [false, true]) {
    const begun = await beginMirror(
      startPair({
        github: { tokens: new Map([[github, 'write']]) },
        huggingface: { tokens: new Map([[huggingface, 'write']]) },
        env: { GITHUB_TOKEN: github, HF_TOKEN: huggingface },
      }),
      { 'README.md': '# Corpus\n', 'a.bin': { lfs: Buffer.from('one') } },
    )
    act(begun, 'huggingface', { 'b.bin': { lfs: Buffer.alloc(2_000, 'two') }, 'c.txt': 'c\n' }, 'Add files')
    act(begun, 'github', { 'd.txt': 'd\n', 'e.bin': { lfs: Buffer.alloc(2_000, 'three') } }, 'Add files')
    prepare?.(begun)
    const files = ['summary', 'output'].map((file) => join(folder, `${name.replaceAll(/\W/g, '-')}-${file}`))
    if (isAction)
      Object.assign(begun.env, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: files[0], GITHUB_OUTPUT: files[1] })
    const { out, err } = await begun.run(...argv, ...(argv.includes('--log') ? [] : ['--verbose']))
    if (/400|403/.test(name)) expect(out + err).toContain('***')
    const written = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    const secrets = new Set([...listSecrets(begun), github, huggingface])
    expect(secrets.size).toBeGreaterThan(4)
    expect(findLeaks([out, err, ...written].join('\n'), secrets), out + err).toEqual([])
  }
})

/** The Job of the page "at once": its command is run as the Hub's container would run it. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { load } from 'js-yaml'
import { afterAll, expect, test } from 'vitest'
import { servePair } from '../hubs/pair.ts'
import { act, contents } from '../run/mirror-setup.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, '.github/docs/at-once.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, text]) => ({ language, text: text! }))
const folder = mkdtempSync(join(tmpdir(), 'job-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the Job gets the one file and mirrors with it, and again when a webhook starts it', async () => {
  await run('npm', ['run', '--silent', 'build', '--', join(folder, 'built')], { cwd: root })
  // In the place of the network: gives the file to whoever asks for it by its address.
  const address = 'https://raw.githubusercontent.com/OWNER/hubmirror/COMMIT/.github/actions/mirror/hubmirror.mjs'
  writeFileSync(
    join(folder, 'curl'),
    `#!/bin/sh\n[ "$1 $2 $4" = '-fsSL -o ${address}' ] && cp '${folder}/built/hubmirror.mjs' '${folder}/hubmirror.mjs'\n`,
  )
  chmodSync(join(folder, 'curl'), 0o755)
  const [job] = blocks.flatMap(({ text }) => /^hf jobs run .* -- bash -c '(.*)'$/ms.exec(text)?.[1] ?? [])
  const script = job!.replaceAll('/tmp/', `${folder}/`)
  const pair = await servePair()
  try {
    const env = { ...pair.env, PATH: `${folder}${delimiter}${process.env['PATH']}` }
    await act(pair, 'huggingface', { 'a.txt': 'a\n' })
    const first = await run('bash', ['-c', script], { env })
    expect(first.stdout).toContain('Mirrored')
    await act(pair, 'huggingface', { 'a.txt': 'b\n' })
    const payload = {
      event: { action: 'update', scope: 'repo.content' },
      repo: { type: 'dataset', name: 'acme/corpus' },
    }
    const webhook = { WEBHOOK_PAYLOAD: JSON.stringify(payload), WEBHOOK_REPO_ID: 'acme/corpus' }
    await run('bash', ['-c', script], { env: { ...env, ...webhook, WEBHOOK_REPO_TYPE: 'dataset' } })
    expect(await contents(pair, 'github')).toMatchObject({ 'a.txt': 'b\n' })
  } finally {
    await pair.close()
  }
})

test('the page starts the workflow by the event that the relay sends', () => {
  const [workflow] = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => load(text))
  const relay = readFileSync(join(root, '.github/examples/relay/relay.ts'), 'utf8')
  expect(relay).toContain("event_type: 'hubmirror'")
  expect(workflow).toMatchObject({ on: { repository_dispatch: { types: ['hubmirror'] } } })
})

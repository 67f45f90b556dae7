/** A workflow's identity, the token that comes of it, and what asks for both: masked as they come, and printed nowhere else. */
import { expect, test } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { findLeaks } from '../faults/canaries.ts'
import { tokens } from '../hubs/pair.ts'
import { act, startMirrored } from '../run/mirror-setup.ts'

const asking = 'eyJyZXF1ZXN0.canaryOfTheRequest.0123456789abcdef'
const identity = 'eyJpZGVudGl0eQ.canaryOfTheIdentity.fedcba9876543210'
const source = 'https://run-7.actions.githubusercontent.com/token?api-version=2.0'

test.each([
  ['as it is', []],
  ['told in full', ['--verbose']],
  ['as JSON', ['--json']],
  ['as a check', ['--check']],
])('a run by OIDC, %s, masks both and prints none', async (_, argv) => {
  const pair = await startMirrored({ 'a.txt': 'a\n' })
  act(pair, 'github', { 'b.bin': { lfs: Buffer.alloc(2_000, 'b') }, 'c.txt': 'c\n' }, 'Add files')
  const asked: string[] = []
  const network: typeof fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    if (url.startsWith(source)) {
      asked.push(new Headers(init?.headers).get('authorization') ?? '')
      return Response.json({ value: identity })
    }
    if (!url.endsWith('/oauth/token')) return pair.network.fetch!(input, init)
    asked.push(String(init?.body))
    return Response.json({ access_token: tokens.huggingface, token_type: 'bearer' })
  }
  const { HF_TOKEN: _token, ...rest } = pair.env
  const env = {
    ...rest,
    GITHUB_ACTIONS: 'true',
    HF_OIDC_RESOURCE: 'datasets/acme/corpus',
    ACTIONS_ID_TOKEN_REQUEST_URL: source,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: asking,
  }
  let printed = ''
  const print = (text: string) => void (printed += text)
  const code = await sync([...argv], { ...pair.network, fetch: network, env, out: print, err: print })
  expect([code, asked[0], asked.length]).toEqual([0, `Bearer ${asking}`, 2])
  expect(asked[1]).toContain(identity)
  const masks = printed.split('\n').filter((line) => line.startsWith('::add-mask::'))
  expect(masks).toEqual([`::add-mask::${identity}`, `::add-mask::${tokens.huggingface}`])
  const shown = printed.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  expect(findLeaks(shown.join('\n'), [asking, identity, ...Object.values(tokens)])).toEqual([])
})

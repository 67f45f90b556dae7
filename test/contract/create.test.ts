/** How both remotes make a repository: what they send, what they return, and how they fail. */
import { describe, expect, test } from 'vitest'
import { hideSecrets } from '../../lib/http/redact.ts'
import { DeniedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { sides, type Side } from '../../lib/model/sides.ts'
import { Request } from '../hubs/message.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { openConnections } from './connection.ts'

interface Started {
  readonly pair: Pair
  readonly remote: Remote
  readonly connect: (token: string | null) => Remote
  /** Bodies of what was posted to make a repository. */
  readonly sent: unknown[]
}

/** A service without the repository; `mode`: whether it does what is uncertain of it in its other way. */
function start(side: Side, mode: 'as they most likely are' | 'that lag behind' = 'as they most likely are'): Started {
  const switches = mode === 'that lag behind' ? { createdReads: 3 } : {}
  const pair = startPair({ [side]: { missing: true, switches } })
  const sent: unknown[] = []
  const network: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    if (request.method === 'POST' && /repos(?:\/create)?$/.test(new URL(request.url).pathname))
      sent.push(await request.clone().json())
    return pair.network.fetch!(request)
  }
  const connections = openConnections(pair.env, 'contract', { fetch: network, sleep: pair.network.sleep! })
  const connect = (token: string | null) => connections[side].connect({ token })
  return { pair, remote: connections[side].connect(), connect, sent }
}

const bodies = {
  github: (visibility: string) => ({ name: 'corpus', private: visibility === 'private', auto_init: false }),
  huggingface: (visibility: string) => ({ type: 'dataset', name: 'corpus', organization: 'acme', visibility }),
}

describe.each(sides)('a repository on %s', (side) => {
  test.each([
    ['private', 'as they most likely are'],
    ['public', 'as they most likely are'],
    ['private', 'that lag behind'],
  ] as const)('is made %s on services %s, once, and read back', async (visibility, mode) => {
    const { remote, sent } = start(side, mode)
    expect(await remote.createRepository(visibility)).toEqual({ visibility, isOurs: true })
    expect(sent).toEqual([bodies[side](visibility)])
    const history = await remote.readHistory()
    expect(history.state).toBe(side === 'github' ? 'empty' : 'branch')
    expect(await remote.createRepository('private')).toEqual({ visibility, isOurs: false })
  })

  test('is not made without a token, or with one that may only read', async () => {
    const { connect, pair } = start(side)
    for (const token of [null, side === 'github' ? tokens.githubRead : tokens.huggingfaceRead]) {
      const failure = await connect(token)
        .createRepository('private')
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(DeniedError)
      const { message } = failure as Error
      expect([message.startsWith('Cannot make the '), hideSecrets(message, Object.values(tokens))]).toEqual([
        true,
        message,
      ])
    }
    expect(pair.huggingface.server.repositories.size + Number(!pair.github.repository.isMissing)).toBe(1)
  })

  test.each([
    [429, RemoteError],
    [500, RemoteError],
    [403, DeniedError],
    [side === 'github' ? 422 : 400, RefusedError],
  ])('that is answered with %d fails as what it is', async (status, kind) => {
    const { remote, pair } = start(side)
    const isCreation = ({ method, url }: Request) => method === 'POST' && /repos(?:\/create)?$/.test(url)
    const body = JSON.stringify({ message: 'no', error: 'no' })
    pair[side].faults.push({ on: isCreation, when: 'before', act: { status, body }, times: 9 })
    await expect(remote.createRepository('private')).rejects.toBeInstanceOf(kind)
  })
})

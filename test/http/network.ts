/** A client whose network is a function. */
import { Http } from '../../lib/http/http.ts'
import type { HttpOptions } from '../../lib/http/http.ts'

export const token = 'ghp_canaryToken0123456789abcdef'

export const api = 'https://api.github.com/repos/acme/corpus'

export type Network = (request: Request, number: number) => Response | Promise<Response>

/** Answers of a plain function, in time that only waiting moves. */
export function fixture(network: Network, options: Partial<HttpOptions> = {}) {
  const sent: Request[] = []
  const waits: number[] = []
  const warnings: string[] = []
  let nowMs = Date.parse('2026-11-01T00:00:00Z')
  const http = new Http({
    fetch: async (input, init) => {
      const request = new Request(input as string, init)
      sent.push(request)
      return network(request, sent.length)
    },
    sleep: async (ms) => {
      waits.push(ms)
      nowMs += ms
    },
    now: () => nowMs,
    random: () => 0,
    origins: { github: ['https://api.github.com', 'https://github.com'], huggingface: ['https://huggingface.co'] },
    secrets: [token],
    note: (message) => warnings.push(message),
    ...options,
  })
  return {
    http,
    sent,
    waits,
    warnings,
    again: http.fetch('github', { repeat: true }),
    once: http.fetch('github', { repeat: false }),
  }
}

export const answers =
  (...statuses: (number | [number, Record<string, string>, string?])[]): Network =>
  (_, number) => {
    const [status, headers = {}, body = 'text'] = [statuses[Math.min(number, statuses.length) - 1]!].flat() as [
      number,
      Record<string, string>?,
      string?,
    ]
    return new Response(body, { status, headers })
  }

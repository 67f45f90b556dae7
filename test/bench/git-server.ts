/** Bare repositories over HTTP, as both services have them: `git http-backend` behind a port. */
import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitServer {
  readonly origin: string
  readonly counts: () => { readonly requests: number; readonly bytes: number }
  readonly close: () => void
}

/** `folder` holds the repositories; bytes are those of bodies, both ways. `latencyMs`: how long each answer is on its way. */
export async function serveGit(folder: string, latencyMs = 0): Promise<GitServer> {
  let [requests, bytes] = [0, 0]
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    requests += 1
    const url = new URL(request.url!, 'http://localhost')
    const { headers } = request
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
        REMOTE_USER: 'bench',
        ...(headers['content-length'] && { CONTENT_LENGTH: headers['content-length'] }),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    // It may have answered before it read everything.
    request.pipe(child.stdin.on('error', () => {}))
    let head: Buffer | null = Buffer.alloc(0)
    child.stdout.on('data', (chunk: Buffer) => {
      if (head === null) {
        bytes += chunk.length
        return void response.write(chunk)
      }
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const lines = head
        .subarray(0, end)
        .toString('latin1')
        .split('\r\n')
        .map((line) => line.split(': ', 2) as [string, string])
      const status = lines.find(([name]) => name === 'Status')?.[1]
      response.writeHead(
        Number(status?.slice(0, 3) ?? 200),
        Object.fromEntries(lines.filter(([name]) => name !== 'Status')),
      )
      const rest = head.subarray(end + 4)
      bytes += rest.length
      response.write(rest)
      head = null
    })
    child.on('close', () => response.end())
  }
  const server = createServer((request, response) => {
    if (latencyMs === 0) answer(request, response)
    else setTimeout(answer, latencyMs, request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ requests, bytes }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

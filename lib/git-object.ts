/** Ids of git objects: SHA-1 over `<type> <length>\0<body>`. */
import { createHash } from 'node:crypto'

export function gitObjectId(type: 'blob' | 'tree' | 'commit', body: Uint8Array): string {
  return createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')
}

export function gitBlobId(content: Uint8Array): string {
  return gitObjectId('blob', content)
}

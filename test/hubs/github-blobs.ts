/** `git/blobs`: bytes in and out, untouched by filters and line endings. */
import { json, notFound, Refusal } from './github-answer.ts'
import type { Answer } from './github-answer.ts'
import { formatValue, readJson } from './github-call.ts'
import type { Call } from './github-call.ts'
import { nodeId, repositoryUrl } from './github-commits.ts'

const tooLarge =
  'Sorry, your input was too large to process. ' +
  'Consider creating the blob in a local clone of the repository and then pushing it to GitHub.'

/** A line break after each 60 characters and at the end, as Ruby's `encode64` has it. */
function formatBase64(content: Buffer): string {
  return content.toString('base64').replaceAll(/.{1,60}/g, '$&\n')
}

export function readBlob(call: Call): Answer {
  const { store } = call.repository
  if (!store.has(call.path, 'blob')) throw notFound()
  const content = store.read(call.path, 'blob')
  if (/^application\/vnd\.github(\.v3)?\.raw(\+json)?$/.test(call.request.headers.get('accept') ?? ''))
    return json(content)
  return json({
    sha: call.path,
    node_id: nodeId('B', call.path),
    size: content.length,
    url: `${repositoryUrl(call)}/git/blobs/${call.path}`,
    content: formatBase64(content),
    encoding: 'base64',
  })
}

/** Any `encoding` but `base64` means UTF-8; base64 is taken however it is padded or broken. */
export async function createBlob(call: Call): Promise<Answer> {
  const { content, encoding } = await readJson(call.request)
  if (content === undefined) throw new Refusal(422, 'Invalid request.\n\n"content" wasn\'t supplied.')
  if (typeof content !== 'string')
    throw new Refusal(422, `Invalid request.\n\nFor 'properties/content', ${formatValue(content)} is not a string.`)
  const bytes =
    encoding === 'base64' ? Buffer.from(content.replaceAll(/[^A-Za-z0-9+/]/g, ''), 'base64') : Buffer.from(content)
  if (bytes.length > call.server.switches.blobMax) throw new Refusal(422, tooLarge)
  const oid = call.repository.store.writeBlob(bytes)
  const url = `${repositoryUrl(call)}/git/blobs/${oid}`
  return json({ sha: oid, url }, 201, { Location: url })
}

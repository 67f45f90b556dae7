/** What the Hub would refuse in a commit, found out before anything is written. */
import { fields, parseJson } from '../http/json.ts'
import { contentByteLength } from '../model/content.ts'
import { isAttributes } from '../model/entry.ts'
import { cardPath, splitFrontMatter } from '../model/front-matter.ts'
import { quote } from '../model/quote.ts'
import type { Draft, ReadContent } from '../model/remote.ts'
import { askJson, type Api } from './api.ts'
import { isBinary, plainByteLengthMax, sampleByteLength } from './stores.ts'

/** The most LFS files of one commit: the Hub's Python client sends no more (`hf_api.py`). */
const lfsFilesMax = 25_000
const pathLengthMax = 1_000

/** A card's front matter, its fences included; empty where it has none. */
function parseFrontMatter(content: string): string {
  const { open, matter, close } = splitFrontMatter(content)
  return matter === null ? '' : open + matter + close
}

/** Whether the Hub may find front matter, before which it may skip anything that `\s` matches. */
function mayHoldFrontMatter(content: string): boolean {
  return /^[\s\u0085]*---/.test(content) || parseFrontMatter(content) !== ''
}

/**
 * What the Hub would refuse in these edits, each as a sentence. A card's front matter is checked even if it did not change:
 * the Hub may have taken it when its rules were others, and refuses it when it is sent again.
 */
export async function readRefusals(api: Api, drafts: readonly Draft[], read: ReadContent): Promise<string[]> {
  const written = drafts.filter(({ store }) => store !== null)
  const refusals = written.flatMap(refusePath)
  const lfsFiles = written.filter(({ store }) => store !== 'plain').length
  if (lfsFiles > lfsFilesMax)
    refusals.push(`${lfsFiles} LFS files change at once, and Hugging Face takes ${lfsFilesMax} a commit`)
  for (const { path, content } of written) {
    if (content === null || !isAttributes(path) || contentByteLength(content) === 0) continue
    const isRules =
      contentByteLength(content) < plainByteLengthMax && !isBinary((await read(content)).subarray(0, sampleByteLength))
    if (!isRules)
      refusals.push(
        `"${quote(path)}" is not text, or 10 MiB and more: Hugging Face takes such a file as an LFS object alone, ` +
          'and rules in an object are none',
      )
  }
  const card = written.find(({ path, store }) => path === cardPath && store === 'plain')
  const text = card?.content ? Buffer.from(await read(card.content)).toString('utf8') : ''
  if (!mayHoldFrontMatter(text)) return refusals
  return [...refusals, ...(await readCardErrors(api, text))]
}

function refusePath({ path }: Draft): string[] {
  // Nearly all paths pass this check, which is quick.
  const bad = !/[\0\\]|(?:^|\/)(?:\/|$|\.)/.test(path)
    ? undefined
    : path
        .split('/')
        .find((part) => part.includes('\0') || part.split('\\').some((piece) => /^(?:|\.|\.\.|\.git)$/i.test(piece)))
  if (bad !== undefined) return [`"${quote(path)}" has a part that Hugging Face takes in no path: "${quote(bad)}"`]
  if (path.length > pathLengthMax)
    return [`"${quote(path)}" is longer than the ${pathLengthMax} characters that Hugging Face takes of a path`]
  return []
}

/** What the Hub finds wrong with a card's front matter, each as a sentence; nothing where it does not check cards. */
async function readCardErrors(api: Api, content: string): Promise<string[]> {
  const { bytes } = await askJson(api, {
    what: 'the check of README.md',
    url: `${api.endpoint}/api/validate-yaml`,
    json: { content, repoType: api.repository.type },
  })
  return parseCardErrors(bytes.toString('utf8')).map(
    (message) => `"README.md" has metadata that Hugging Face refuses: ${quote(message)}`,
  )
}

function parseCardErrors(body: string): string[] {
  const { errors } = fields(parseJson(body))
  return (Array.isArray(errors) ? errors : [])
    .map((error) => fields(error)['message'])
    .filter((message) => typeof message === 'string')
}

/** The format and the dimensions of an image, from its first bytes. Pure. */
import { imageDimensionsFromData } from 'image-dimensions'
import { createFacts, type Found } from './facts.ts'

/** Names that mean the same format. */
const formatOf: Readonly<Record<string, string>> = { jpg: 'jpeg' }
/** How a file of each format begins, read as Latin-1. */
const beginnings: Readonly<Record<string, string>> = {
  png: '\x89PNG\r\n',
  jpeg: '\xff\xd8\xff',
  gif: 'GIF8',
  webp: 'RIFF',
}

/** `start` is the beginning of the file or all of it; `extension` what its name ends in. */
export function parseImage(start: Uint8Array, extension: string): Found {
  const found = imageDimensionsFromData(start)
  const named = formatOf[extension] ?? extension
  if (!found) {
    const beginning = beginnings[named] ?? ''
    // An image may be cut off before it says its size, or say it in a way that is not known here.
    return String.fromCharCode(...start.subarray(0, beginning.length)) === beginning
      ? null
      : { misnamed: `it does not begin as a ${named.toUpperCase()} image does` }
  }
  const { type, width, height } = found
  if (type !== named) return { misnamed: `it is a ${type.toUpperCase()} image` }
  return createFacts({ format: type.toUpperCase(), pixels: { width, height } })
}

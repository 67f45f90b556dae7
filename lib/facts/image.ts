/** The format and the dimensions of an image, from its first bytes. Pure. */
import { imageDimensionsFromData } from 'image-dimensions'
import { createFacts, type Found } from './facts.ts'

/** Names that mean the same format. */
const formatOf: Readonly<Record<string, string>> = { jpg: 'jpeg' }

/** `start` is the beginning of the file or all of it; `extension` what its name ends in. */
export function parseImage(start: Uint8Array, extension: string): Found {
  const found = imageDimensionsFromData(start)
  if (!found) return null
  const { type, width, height } = found
  if (type !== (formatOf[extension] ?? extension)) return { misnamed: `it is a ${type.toUpperCase()} image` }
  return createFacts({ format: type.toUpperCase(), pixels: { width, height } })
}

/**
 * The `datasets` library's own types of columns, which it keeps as JSON in the metadata of a Parquet file: whether a
 * number stands for a class, or a struct for an image, is seen there alone. Pure. Source: huggingface/datasets,
 * `src/datasets/arrow_writer.py`.
 */
import { formatList, formatName } from './facts.ts'

export const featuresKey = 'huggingface'

/** Features by column, each as one text; null where it is not what the library writes. */
function parseFeatures(text: string): ReadonlyMap<string, unknown> | null {
  try {
    const { info } = JSON.parse(text) as { info?: { features?: unknown } }
    const features = info?.features
    return typeof features === 'object' && features !== null && !Array.isArray(features)
      ? new Map(Object.entries(features))
      : null
  } catch {
    return null
  }
}

/** `ClassLabel (neg, pos)`, `Value int64`, `Image`. */
function formatFeature(feature: unknown): string {
  if (typeof feature !== 'object' || feature === null) return formatName(JSON.stringify(feature) ?? '')
  const { _type: type, dtype, names } = feature as Readonly<Record<string, unknown>>
  const more = Array.isArray(names)
    ? ` (${formatList(names.map((name) => formatName(String(name))))})`
    : typeof dtype === 'string'
      ? ` ${formatName(dtype)}`
      : ''
  return typeof type === 'string' ? `${formatName(type)}${more}` : formatName(JSON.stringify(feature))
}

/** One line a column whose feature differs; what is no JSON of the library's is changed metadata. */
export function compareFeatures(before: string, after: string): string[] {
  const [had, has] = [parseFeatures(before), parseFeatures(after)]
  if (!had || !has) return [`metadata changed: ${featuresKey}`]
  return [...has].flatMap(([name, feature]) => {
    const old = had.get(name)
    if (old === undefined || JSON.stringify(old) === JSON.stringify(feature)) return []
    return [`feature of ${formatName(name)}: ${formatFeature(old)} -> ${formatFeature(feature)}`]
  })
}

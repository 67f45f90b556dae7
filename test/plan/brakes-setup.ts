/** What brakes are asked about. */
import type { Rewritten } from '../../lib/history/base.ts'

/** As messages call them. */
export const services = { github: 'GitHub', huggingface: 'Hugging Face' }

export const rewritten = (why: Rewritten['why']): Rewritten => ({
  side: 'github',
  commit: 'a'.repeat(40),
  named: 'b'.repeat(40),
  why,
  branches: { github: 'main', huggingface: 'main' },
})

export const paths = (count: number) => Array.from({ length: count }, (_, index) => `data/${index}.csv`)

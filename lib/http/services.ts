/** The two services behind the door. */
import type { Sides } from '../model/sides.ts'

/**
 * `name`: what messages call it. `tokenVariable`: what its token is set by. `hosts`: those, with everything below them,
 * that it is known to hand out addresses of: downloads, LFS storage, its verification.
 */
export const services: Sides<{
  readonly name: string
  readonly tokenVariable: string
  readonly hosts: readonly string[]
}> = {
  github: {
    name: 'GitHub',
    tokenVariable: 'GITHUB_TOKEN',
    hosts: ['github.com', 'githubusercontent.com', 'amazonaws.com', 'blob.core.windows.net'],
  },
  huggingface: {
    name: 'Hugging Face',
    tokenVariable: 'HF_TOKEN',
    hosts: ['huggingface.co', 'hf.co', 'xethub.hf.co', 'amazonaws.com', 'cloudfront.net'],
  },
}

import type { Sides } from '../model/sides.ts'

/**
 * The two services. `name` is for messages. `tokenVariable`: the environment variable that its token is set by. `hosts`:
 * domains, their subdomains included, which a service is known to name in its answers, for downloads, LFS storage and the
 * verification of uploads.
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

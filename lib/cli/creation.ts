/** Whether a run makes a missing repository, and how. */
import { UsageError } from '../model/errors.ts'
import type { Repository } from '../model/remote.ts'
import type { NewVisibility } from '../model/visibility.ts'
import { parseChoice } from './choice.ts'

/** `create`: who is to be able to read what is made; null makes nothing. `sdk`: what a Space runs that is made. */
export interface CreationOptions {
  readonly create: NewVisibility | null
  readonly sdk: Sdk | null
}

/** What a Space can run. The Hub calls Streamlit deprecated since 2025-04, and may refuse it. */
const sdks = ['static', 'gradio', 'docker', 'streamlit'] as const
type Sdk = (typeof sdks)[number]

interface Values {
  readonly create?: boolean
  readonly public?: boolean
  readonly sdk?: string
}

/** `--create`, `--public` and `--sdk`. Throws a `UsageError` where a Space's is given for something else. */
export function parseCreation(values: Values, { type }: Repository): CreationOptions {
  if (values.sdk !== undefined && type !== 'space')
    throw new UsageError(
      `Cannot use --sdk with a ${type}: only a Space runs something. Leave it out, or give --repo-type space`,
    )
  return {
    create: values.create ? (values.public ? 'public' : 'private') : null,
    sdk: values.sdk === undefined ? null : parseChoice('--sdk', values.sdk, sdks),
  }
}

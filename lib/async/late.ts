/**
 * Methods of an object that is loaded when the first of them is called: what most runs never call is not read by them.
 * `names` lists them; what a method throws becomes a promise's error.
 */
export function createLate<T extends object, K extends keyof T>(
  load: () => Promise<T>,
  names: readonly K[],
): Pick<T, K> {
  let loaded: Promise<T> | null = null
  const create =
    (name: K) =>
    async (...args: unknown[]) => {
      loaded ??= load()
      return await ((await loaded)[name] as (...given: unknown[]) => unknown)(...args)
    }
  return Object.fromEntries(names.map((name) => [name, create(name)])) as Pick<T, K>
}

/** What a handler that is only declared in a test bundles to. */
export const handler = async (): Promise<void> => {}

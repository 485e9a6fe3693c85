/** The plugin of size-limit that weighs files; its package has no types. */
declare module '@size-limit/file' {
  const plugins: (...given: readonly unknown[]) => unknown
  // biome-ignore lint/style/noDefaultExport: that is what the package has.
  export default plugins
}

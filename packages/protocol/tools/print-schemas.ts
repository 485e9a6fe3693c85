import { wireJsonSchemas } from './json-schemas.ts'

/** Prints the wire's JSON Schemas: `npm run schemas`. */
process.stdout.write(`${JSON.stringify(wireJsonSchemas(), null, 2)}\n`)

// What the schema of a kind allows at a path: every form that a value there may have.
const DEEPEST = 12;

/** Reads one schema. */
export class Schema {
  constructor(root) {
    this.root = root;
  }

  /** The forms at a path, each `{schema, refs}`; `refs`: the named parts on the way to it. */
  at(path) {
    return path.reduce((forms, key) => forms.flatMap((each) => this.#below(each.schema, key)), this.#forms(this.root, []));
  }

  /** `{key: schema}` of the keys that a map may have there. */
  keysAt(path) {
    const pairs = this.at(path).flatMap(({ schema }) => Object.entries(schema.properties ?? {}).filter(([, each]) => !isForbidden(each)));
    return Object.fromEntries(pairs.map(([key, each]) => [key, this.#whole(each)]).reverse());
  }

  /** Whether keys of the author's choice may stand there, and the parts that name them. */
  freeAt(path) {
    return this.at(path).flatMap(({ schema, refs }) => {
      const names = schema.propertyNames;
      if (names) return [...refs, ...this.#forms(names, []).flatMap((each) => each.refs)];
      return typeof schema.additionalProperties === "object" ? refs : [];
    });
  }

  #below(schema, key) {
    if (typeof key === "number") return this.#forms(schema.items, []);
    const own = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties[key] : undefined;
    if (own !== undefined) return this.#forms(own, []);
    return typeof schema.additionalProperties === "object" ? this.#forms(schema.additionalProperties, []) : [];
  }

  #forms(schema, refs, depth = 0) {
    if (!schema || typeof schema !== "object" || isForbidden(schema) || depth > DEEPEST) return [];
    if (schema.$ref) {
      const name = schema.$ref.replace("#/$defs/", "");
      return this.#forms(this.root.$defs?.[name], [...refs, name], depth + 1);
    }
    const inner = ["anyOf", "oneOf", "allOf"].flatMap((each) => schema[each] ?? []);
    const forms = inner.flatMap((each) => this.#forms(each, refs, depth + 1));
    return [{ schema, refs }, ...forms];
  }

  #whole(schema) {
    const name = schema.$ref?.replace("#/$defs/", "");
    return name ? { ...this.root.$defs?.[name], ...schema } : schema;
  }
}

const isForbidden = (schema) => schema?.not !== undefined && Object.keys(schema.not).length === 0;

/** The values that a form names itself. */
export const valuesOf = ({ schema }) => {
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  return schema.type === "boolean" ? [true, false] : [];
};

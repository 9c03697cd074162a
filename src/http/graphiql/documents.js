// Reads the .graphql files of this page: operations set apart by a line "# ----", each with an optional line
// "# variables: {…}".

const VARIABLES = /^# variables: (.*)\n/m;

/** @returns {Promise<{name: string, query: string, variables?: string}[]>} */
export async function documents(file) {
  const response = await fetch(new URL(file, import.meta.url));
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  return split(await response.text());
}

function split(text) {
  return text.split(/^# -{4,}\n/m).map((part) => {
    const [, json] = VARIABLES.exec(part) ?? [];
    const query = part.replace(VARIABLES, "").trim() + "\n";
    const [, name] = /^(?:query|mutation|subscription) (\w+)/m.exec(query) ?? [];
    return { name, query, variables: json && JSON.stringify(JSON.parse(json), null, 2) };
  });
}

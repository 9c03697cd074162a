/**
 * Messages form a tree: an edit and another reply are siblings of what was there. A chat shows one branch of it. These
 * are pure functions over the messages that are loaded, newest first.
 */
interface Node {
  id: string;
  parent?: { id: string } | null;
}

/** The branch that ends in the newest message; below `chosen`, where one is chosen. Oldest first. */
export function branch<Message extends Node>(messages: Message[], chosen: string | null): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const pathTo = (leaf: Message) => {
    const path: Message[] = [];
    for (let at: Message | undefined = leaf; at; at = at.parent ? byId.get(at.parent.id) : undefined) path.unshift(at);
    return path;
  };
  if (chosen && byId.has(chosen)) {
    for (const leaf of messages) {
      const path = pathTo(leaf);
      if (path.some(({ id }) => id === chosen)) return path;
    }
  }
  return messages[0] ? pathTo(messages[0]) : [];
}

/** The messages that follow the same one as this does, itself among them, oldest first. */
export function siblings<Message extends Node>(messages: Message[], of: Message): Message[] {
  return messages.filter(({ parent }) => parent?.id === of.parent?.id).reverse();
}

import type { SignedInFragment } from "../gql/graphql";
import { signOut } from "./session";

/** Who is signed in, and the way out. */
export function Account({ user }: { user: SignedInFragment["user"] }) {
  return (
    <div className="account">
      <span className="account-name" title={user.email}>
        {user.fullName ?? user.email}
      </span>
      <button className="quiet" onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}

import { useState } from "react";
import { fieldErrors } from "../api/errors";
import { ErrorNote } from "../ui/ErrorNote";
import { Field } from "../ui/Field";
import { useSubmit } from "../ui/useSubmit";
import { register, signIn } from "./session";

/** Signs in, or makes an account, which signs in as well. */
export function SignIn({ expired }: { expired: boolean }) {
  const [isNew, setNew] = useState(false);
  return (
    <main className="alone">
      <h1>{isNew ? "Make an account" : "Sign in"}</h1>
      {expired && <p role="status">Your session has ended. Please sign in again.</p>}
      {isNew ? <RegisterForm /> : <SignInForm />}
      <button className="quiet" onClick={() => setNew(!isNew)}>
        {isNew ? "I have an account" : "I have no account yet"}
      </button>
    </main>
  );
}

function SignInForm() {
  const { onSubmit, error, isPending } = useSubmit((form) =>
    signIn({ identifier: text(form, "identifier"), password: text(form, "password") }),
  );
  return (
    <form onSubmit={onSubmit} className="form">
      <Field name="identifier" label="E-mail address or username" autoComplete="username" autoFocus />
      <Field name="password" label="Password" type="password" autoComplete="current-password" />
      <ErrorNote error={error} />
      <button className="primary" disabled={isPending}>
        Sign in
      </button>
    </form>
  );
}

function RegisterForm() {
  const { onSubmit, error, isPending } = useSubmit((form) =>
    register({
      email: text(form, "email"),
      fullName: text(form, "fullName") || null,
      password: text(form, "password"),
    }),
  );
  const fields = fieldErrors(error);
  const isAboutFields = Object.keys(fields).length > 0;
  return (
    <form onSubmit={onSubmit} className="form">
      <Field
        name="fullName"
        label="Name (optional)"
        autoComplete="name"
        required={false}
        error={fields["input.fullName"]}
      />
      <Field
        name="email"
        label="E-mail address"
        type="email"
        autoComplete="username"
        error={fields["input.email"]}
        autoFocus
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        error={fields["input.password"]}
      />
      <ErrorNote error={isAboutFields ? null : error} />
      <button className="primary" disabled={isPending}>
        Make an account
      </button>
    </form>
  );
}

function text(form: FormData, name: string) {
  return String(form.get(name) ?? "");
}

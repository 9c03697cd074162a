import { useActionState, useState } from "react";
import { fieldErrors, sentence } from "../api/errors";
import { Field } from "../ui/Field";
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
  const [error, submit, pending] = useActionState(async (_: unknown, form: FormData) => {
    return signIn({ identifier: text(form, "identifier"), password: text(form, "password") }).catch((failure) => failure);
  }, null);
  return (
    <form action={submit} className="form">
      <Field name="identifier" label="E-mail address or username" autoComplete="username" autoFocus />
      <Field name="password" label="Password" type="password" autoComplete="current-password" />
      {error && <p role="alert">{sentence(error)}</p>}
      <button className="primary" disabled={pending}>
        Sign in
      </button>
    </form>
  );
}

function RegisterForm() {
  const [error, submit, pending] = useActionState(async (_: unknown, form: FormData) => {
    const input = {
      email: text(form, "email"),
      fullName: text(form, "fullName") || null,
      password: text(form, "password"),
    };
    return register(input).catch((failure) => failure);
  }, null);
  const fields = fieldErrors(error);
  const isAboutFields = Object.keys(fields).length > 0;
  return (
    <form action={submit} className="form">
      <Field name="fullName" label="Name (optional)" autoComplete="name" required={false} error={fields["input.fullName"]} />
      <Field name="email" label="E-mail address" type="email" autoComplete="username" error={fields["input.email"]} autoFocus />
      <Field name="password" label="Password" type="password" autoComplete="new-password" error={fields["input.password"]} />
      {error && !isAboutFields && <p role="alert">{sentence(error)}</p>}
      <button className="primary" disabled={pending}>
        Make an account
      </button>
    </form>
  );
}

function text(form: FormData, name: string) {
  return String(form.get(name) ?? "");
}

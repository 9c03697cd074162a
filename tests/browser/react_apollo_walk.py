"""What the test does with the app, step by step."""

from driver import wait
from react_apollo_page import ACCOUNT, ESCAPE, App, step
from react_apollo_sessions import lose_the_server, replace_tokens, share_a_session, sign_out_and_in

DOCUMENT = (
    "Repairs at 14 Harbour Row 🔧\n\n"
    "The landlord keeps the roof, the walls and the heating in good order.\n"
    "A tenant must report damage in writing within 14 days of noticing it.\n"
    "Whoever reports late pays for what an earlier report would have saved.\n"
)
QUESTION = "When must a tenant report damage?"
ANSWER = (
    "A tenant must report damage in writing within 14 days of noticing it. [1] That is counted from the day on which it "
    "was noticed, not from the day on which it happened 🏚️ — so a diary helps.\n\n"
    "Whoever reports late pays for what an earlier report would have saved. [1]\n\n"
    "In code, brackets are brackets: `list[1]` cites nothing, and neither does [2019]. That is all there is to say."
)

STORED = """query($id: ID!) { node(id: $id) { ... on Conversation { title messages(first: 10) { nodes {
  id role status content citations { marker quote page startChar endChar answerEndChar document { id filename charCount text } }
} } } } }"""


def walk(browser, page, model, network, folder, shots):
    app = App(browser, page, network.url, shots)
    browser.open(page)
    make_account(app)
    upload(app, folder)
    ask_and_reload(app, model)
    cut_and_resume(app, model, network)
    open_citation(app)
    regenerate_and_stop(app, model)
    share_a_session(app)
    replace_tokens(app)
    sign_out_and_in(app)
    page_through(app)
    lose_the_server(app, network)
    complaints = [text for level, text in browser.messages() if level in ("WARNING", "SEVERE") and not expected(text)]
    assert not complaints, "the console shows:\n" + "\n".join(complaints)


def look(browser, page):
    """The same app as it is built for production."""
    app = App(browser, page, None, None)
    browser.open(page)
    wait("the sign-in form", lambda: app.sees("input[name=identifier]"))
    app.fill(identifier=ACCOUNT["email"], password=ACCOUNT["password"])
    app.button("Sign in")
    app.button("Older conversations")
    app.button("Notice and repairs")
    wait("the stopped answer", lambda: app.status() == "STOPPED")
    app.button("Version before")
    wait("the first answer", lambda: app.answer() == ANSWER and app.texts(".marker") == ["[1]", "[1]"])
    step("the build for production finds it all again")


def expected(message):
    """Refusals that the test provoked, and connections that it cut."""
    return any(word in message for word in ("401", "422", "ERR_", "WebSocket connection to"))


def make_account(app):
    wait("the sign-in form", lambda: app.sees("input[name=identifier]"))
    app.shoot("sign-in")
    app.fill(identifier=ACCOUNT["email"], password="wrong password")
    app.button("Sign in")
    wait("a refusal in words", lambda: app.texts("[role=alert]"))
    app.button("I have no account yet")
    app.fill(email=ACCOUNT["email"], password="short", fullName="Ada")
    app.button("Make an account")
    wait("the field at fault", lambda: app.says("at least 8 characters", ".field [role=alert]"))
    app.shoot("register")
    assert app.browser.run("return document.querySelector('[name=password]').ariaInvalid") == "true"
    app.fill(password=ACCOUNT["password"])
    app.button("Make an account")
    wait("the app", lambda: app.texts(".account-name") == ["Ada"])
    tokens = app.browser.run("return JSON.stringify({...localStorage, ...sessionStorage})")
    assert "elr_" in tokens and "eyJ" not in tokens, "only the refresh token may be stored"
    step("an account is refused in words, then made; the access token is in memory alone")


def upload(app, folder):
    path = folder / "Repairs.md"
    path.write_text(DOCUMENT)
    app.browser.choose("input[type=file]", path)
    wait("the document read", lambda: app.sees('.document[data-status="READY"]'), 60)
    assert app.texts(".document-name") == ["Repairs.md"]
    app.shoot("empty")
    refused = folder / "Cat.md"
    refused.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    app.browser.choose("input[type=file]", refused)
    wait("a refusal in words", lambda: app.texts(".documents [role=alert]"))
    step(f"an upload is read; another is refused: {app.texts('.documents [role=alert]')[0]}")


def shown(app, model, words):
    """Whether exactly this much of the answer is on the page. A blank before what may be a marker is held back."""
    return app.answer().rstrip() == model.text(words).rstrip()


def ask_and_reload(app, model):
    model.allow(10)
    app.say(QUESTION)
    wait("ten words", lambda: shown(app, model, 10))
    wait("the conversation's address", lambda: "#/conversations/conv_" in app.browser.run("return location.href"))
    assert app.status() in ("QUEUED", "RUNNING")
    assert app.browser.run("return document.querySelector('.answer').ariaBusy") == "true"
    step("the answer streams in")

    app.browser.reload()
    wait("the same ten words after a reload", lambda: shown(app, model, 10))
    model.allow(20)
    wait("twenty words", lambda: shown(app, model, 20))
    wait("a citation while it is written", lambda: app.texts(".marker") == ["[1]"])
    app.shoot("streaming")
    step("a reload in mid-answer loses nothing and doubles nothing")


def cut_and_resume(app, model, network):
    before = len(app.subscribed("Follow"))
    network.cut()
    wait("word of the lost connection", lambda: app.says("connection is lost", ".connection"))
    model.allow(40)
    wait("words that nobody hears", lambda: model.said >= 40)
    assert shown(app, model, 20), app.answer()
    app.shoot("lost")
    network.mend()
    wait("forty words", lambda: shown(app, model, 40))
    wait("the connection back", lambda: not app.says("connection is lost", ".connection"))
    again = app.subscribed("Follow")[before:]
    assert len(again) == 1 and again[0]["after"], f"subscribed {again}, without a place to go on from"
    step("a cut socket comes back and goes on behind the last cursor")

    model.allow(len(model.words))
    wait("the end", lambda: app.status() == "COMPLETED")
    reply = stored(app)[0]
    assert app.answer() == reply["content"] == model.text(), f"{app.answer()!r} is not {reply['content']!r}"
    wait("the answer read out", lambda: "within 14 days of noticing it." in " ".join(app.texts("[role=log] p")))
    wait("the model's title", lambda: app.says("Notice and repairs", ".conversations [aria-current]"))
    app.shoot("answered")
    step("the text on the page is the stored one, to the letter")


def stored(app):
    """The conversation's messages as the server has them, newest first."""
    conversation = app.browser.run("return location.hash.split('/').pop()")
    return app.ask(STORED, id=conversation)["node"]["messages"]["nodes"]


def open_citation(app):
    citations = stored(app)[0]["citations"]
    assert len(citations) == 2 and app.texts(".marker") == ["[1]", "[1]"], citations
    for place, citation in enumerate(citations):
        app.browser.run("const marker = document.querySelectorAll('.marker')[arguments[0]]; marker.focus(); marker.click()", place)
        wait("the source", lambda: len(app.texts("dialog blockquote")) == 1 and app.texts("dialog a"))
        source = citation["document"]
        assert app.texts("dialog h2") == [source["filename"]]
        assert app.texts("dialog mark") == [citation["quote"]]
        assert app.texts("dialog blockquote") == [source["text"]], "the quote stands in its document"
        if place == 0:
            app.shoot("source")
        download = app.browser.run(
            "const done = arguments[0]; return fetch(document.querySelector('dialog a').href).then((file) => file.status)"
        )
        assert download == 200, download
        app.browser.press(ESCAPE)
        wait("the source closed", lambda: not app.sees("dialog"))
        focused = "return [...document.querySelectorAll('.marker')].indexOf(document.activeElement)"
        assert app.browser.run(focused) == place, "the focus goes back to the marker"
    quotes = {citation["quote"] for citation in citations}
    assert len(quotes) == 2, "the same marker twice, and each time its own quote"
    step("each marker opens its quote within its document, and takes the focus back")


def regenerate_and_stop(app, model):
    model.allow(6)
    app.button("Answer anew")
    wait("the other answer", lambda: shown(app, model, 6) and app.status() in ("QUEUED", "RUNNING"))
    app.button("Stop")
    wait("the answer stopped", lambda: app.status() == "STOPPED")
    assert app.answer() == stored(app)[0]["content"]
    wait("two versions", lambda: app.texts(".siblings span") == ["2 of 2"])
    app.shoot("stopped")
    app.button("Version before")
    wait("the first answer", lambda: app.answer() == model.text())
    app.button("Next version")
    wait("the second answer", lambda: app.texts(".siblings span") == ["2 of 2"] and app.status() == "STOPPED")
    step("another answer is asked for and stopped, and both can be read")


def page_through(app):
    """Twenty conversations more than there were, where a page has twenty."""
    each = "c{0}: createConversation(input: {{ title: \"Number {0}\" }}) {{ conversation {{ id }} }}"
    app.ask("mutation { " + " ".join(each.format(number) for number in range(20)) + " }")
    app.browser.reload()
    wait("the first page", lambda: len(app.texts(".conversations li")) == 20)
    app.button("Older conversations")
    wait("all conversations", lambda: len(set(app.texts(".conversations li"))) == 21)
    assert len(app.texts(".conversations li")) == 21 and not app.sees(".conversations .more")
    app.shoot("paged")
    app.browser.resize(420, 860)
    app.shoot("narrow")
    app.browser.resize(1360, 860)
    step("older conversations come page by page")

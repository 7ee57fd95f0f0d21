from engine.text.wording import translate_sentence
from tests.engine.text.marked_up import finish

GERMAN = {
    "Press the red button.": "Drücke den roten Knopf.",
    "red button": "roten Knopf",
    "Press the": "Drücke den",
    ".": ".",
    "Run 2014 before you leave.": "Bevor du gehst, starte 2014.",
    "Run 2014 twice.": "Starte zweimal.",
    "Run": "Starte",
    "twice.": "zweimal.",
    "I have 7 cats.": "Ich habe sieben Katzen.",
    "In 1984 it rained.": "Im Jahr 1948 regnete es.",
    "It costs 99 euros.": "Das ist teuer.",
    "It costs 2014 euros.": "Das kostet 2014 Euro.",
    "It costs 55 francs.": "Das ist teuer.",
    "It costs 2014 francs.": "Teuer.",
    "francs.": "Franken.",
    "It costs": "Es kostet",
    "euros.": "Euro.",
}


def german(sentence):
    return finish(translate_sentence(sentence, "en", "de"), GERMAN.__getitem__)


def test_emphasis_finds_its_words_again():
    assert german("Press the **red button**.") == "Drücke den **roten Knopf**."
    assert german("Press the [red button](a.html).") == "Drücke den [roten Knopf](a.html)."


def test_code_moves_with_the_word_order():
    assert german("Run `make test` before you leave.") == "Bevor du gehst, starte `make test`."


def test_code_that_the_model_loses_is_translated_around():
    assert german("Run `make test` twice.") == "Starte `make test` zweimal."


def test_numbers_come_back():
    assert german("I have 7 cats.") == "Ich habe 7 Katzen."
    assert german("In 1984 it rained.") == "Im Jahr 1984 regnete es."
    assert german("It costs 99 euros.") == "Das kostet 99 Euro."
    assert german("It costs 55 francs.") == "Es kostet 55 Franken."


def asked_for(sentence, answers, target="de"):
    asked = []

    def answer(text):
        asked.append(text)
        return answers.get(text, text)

    return finish(translate_sentence(sentence, "en", target), answer), asked


def test_what_is_translated_already_is_not_asked_for():
    assert asked_for("Das Wetter ist heute sehr schön.", {}) == ("Das Wetter ist heute sehr schön.", [])


def test_capitals_are_asked_for_without_them_and_come_back():
    assert asked_for("WHERE IS IT?", {"Where is it?": "Wo ist es?"}) == ("WO IST ES?", ["Where is it?"])
    assert asked_for("NASA", {"NASA": "NASA"})[0] == "NASA"


def test_circles_are_asked_for_anew_in_halves():
    sentence = "When he came home, nobody was there."
    circles = {sentence: "Als er, als er, als er kam."}
    found, asked = asked_for(
        sentence, circles | {"When he came home,": "Als er heimkam,", "nobody was there.": "war niemand da."}
    )
    assert (found, len(asked)) == ("Als er heimkam, war niemand da.", 3)
    assert asked_for("Come home now.", {"Come home now.": "Komm heim, komm heim, komm heim."})[0] == "Komm heim."


def test_signs_that_cannot_be_spelt_are_not_asked_for():
    def asked(sentence, answers):
        seen = []
        spoken = translate_sentence(sentence, "en", "de", str.isascii)
        return finish(spoken, lambda text: seen.append(text) or answers.get(text, text)), seen

    assert asked("I'm happy 😀🎉", {"I'm happy": "Froh"}) == ("Froh 😀🎉", ["I'm happy"])
    assert asked("It costs £5.", {"It costs 2014.": "Es kostet 2014."})[0] == "Es kostet £5."
    assert asked("Я тебя люблю.", {}) == ("Я тебя люблю.", [])
    assert asked("I paid 30 €.", {"I paid 30 2014.": "Viel."})[0] == "I paid 30 €."


def test_signs_that_the_source_lacks_do_not_come_out():
    sentence = "When he came home, nobody was there."
    broken = {sentence: "Als er \ufffd\ufffd heimkam 🤗, war niemand da."}
    assert asked_for(sentence, broken | {"nobody was there.": "🤗"})[0] == "Als er  heimkam , war niemand da."


def test_names_are_kept():
    assert asked_for("José García", {}) == ("José García", [])
    assert asked_for("Chen Wei Jones", {"Chen Wei Jones": "Teich Jones"})[0] == "Chen Wei Jones"
    answers = {"Ahmed Müller lives here.": "Ahmed Abfall wohnt hier.", "2014 lives here.": "2014 wohnt hier."}
    assert asked_for("Ahmed Müller lives here.", answers)[0] == "Ahmed Müller wohnt hier."
    del answers["2014 lives here."]
    lost = {**answers, "2014 lives here.": "Er wohnt hier."}
    assert asked_for("Ahmed Müller lives here.", lost)[0] == "Ahmed Abfall wohnt hier.", "better than pieces"


def test_money_and_shares_are_kept_with_their_numbers():
    answers = {"It is $5 or 6%.": "Es ist 5 oder 6.", "It is 2014 or 2015.": "Es ist 2014 oder 2015."}
    assert asked_for("It is $5 or 6%.", answers)[0] == "Es ist $5 oder 6%."


def test_chinese_amounts_and_marks_are_put_into_english():
    def english(sentence, answers):
        return finish(translate_sentence(sentence, "zh", "en"), lambda text: answers.get(text, "?"))

    answers = {"今天是12月25日。": "Today it is.", "今天是2014。": "Today is 2014."}
    assert english("今天是12月25日。", answers) == "Today is 25 December."
    pieces = {"他有": "he has", "个": "of them"}
    assert english("他有3个`x` 。", pieces) == "he has 3 of them `x`."
    assert english("重要：`x`请看", {"重要：": "Important：", "请看": "look"}) == "Important: `x` look"

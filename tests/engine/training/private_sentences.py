"""Sentences of our own with what is private in them marked by hand: {KIND:what}."""

ENGLISH = """
Yesterday {NAME:Margaret Holloway} called me from {NUMBER:2041} different places, or so it seemed.
Please write to {EMAIL:j.holloway@example.org} before {NAME:Tuesday's Child} closes its doors.
He lived at {ADDRESS:14 Maple Street, Springfield} until the war came.
You can reach Dr {NAME:Osei} at {PHONE:+44 20 7946 0958} in the evening.
My sister {NAME:Emily} never liked the sea.
We walked through {NAME:Lisbon} all night and nobody spoke.
The invoice over {NUMBER:1,250.00} dollars was never paid.
Her account is {NUMBER:GB29 NWBK 6016 1331 9268 19}, which she told everybody.
See {LINK:https://example.org/diary/page?x=1} for the rest.
It rained on Monday, and in the morning the river stood high.
The meeting with {NAME:Robert Ellis} is on {NUMBER:12/03/2024} at noon.
Call me on {PHONE:(555) 123-4567} or not at all.
Nobody at {NAME:Harrow & Finch} had ever seen such a thing.
She whispered to {NAME:Thomas}, and {NAME:Thomas} laughed.
Old Mrs {NAME:Pemberton} keeps seven cats at {ADDRESS:3 Church Lane}.
I think that God and English weather will forgive us.
The captain asked {NAME:Yusuf} to bring the lamp.
In the year {NUMBER:1897} the bridge fell.
His new address is {ADDRESS:221B Baker Street, London NW1 6XE}, he said.
There were 12 chairs and 3 tables in the room.
Somebody had seen {NAME:Ingrid Bakke} near the harbour of {NAME:Bergen}.
Every child in the village knew the song.
We never heard from {NAME:Mr Quill}'s brother again.
At last {NAME:Aunt Rosalind} opened the letter.
"""

GERMAN = """
Gestern rief mich {NAME:Katharina Vogel} aus der Klinik an.
Sie wohnt in der {ADDRESS:Lindenstraße 12, 10115 Berlin} und hat zwei Katzen.
Schreiben Sie bitte an {EMAIL:vogel@example.de} oder rufen Sie an.
Herr {NAME:Brandt} ist unter {PHONE:030 1234567} zu erreichen.
Die Rechnung über {NUMBER:1.250,00} Euro liegt auf dem Tisch.
Der Hund lief über die Straße und bellte.
Im Jahr {NUMBER:1897} brach die Brücke ein.
Am Montag kommt Frau {NAME:Doktor Seidel} zu Besuch.
Das Konto lautet {NUMBER:DE89 3704 0044 0532 0130 00}, sagte er.
Meine Schwester {NAME:Anna} mag das Meer nicht.
Onkel {NAME:Friedrich} schenkte mir eine Uhr.
Wir trafen {NAME:Lukas Winter} am Bahnhof.
"""

FRENCH = """
Hier, {NAME:Camille Durand} m'a téléphoné depuis la gare.
Elle habite {ADDRESS:12 rue de la Paix, 75002 Paris} avec son frère.
Écrivez à {EMAIL:c.durand@example.fr} avant jeudi.
Monsieur {NAME:Lefèvre} répond au {PHONE:01 23 45 67 89} le soir.
La facture de {NUMBER:1 250,00} euros reste impayée.
Nous avons traversé {NAME:Marseille} sous la pluie.
En {NUMBER:1897}, le pont est tombé.
Le chat dormait près de la fenêtre.
"""

SPANISH = """
Ayer {NAME:Lucía Ortega} me llamó desde la estación.
Vive en la {ADDRESS:calle Mayor 15, 28013 Madrid} con su hermano.
Escriba a {EMAIL:l.ortega@example.es} antes del jueves.
El señor {NAME:Ramírez} responde en el {PHONE:+34 912 345 678}.
En {NUMBER:1897} cayó el puente.
Cruzamos {NAME:Sevilla} bajo la lluvia.
El gato dormía junto a la ventana.
"""

CHINESE = """
昨天{NAME:王}先生从车站打来电话。
她住在{ADDRESS:中山路120号}。
请写信给{EMAIL:li@example.cn}。
我叫{NAME:李明}，今年三十岁。
电话是{PHONE:010-62345678}。
猫在窗边睡觉。
"""

BY_LANGUAGE = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "zh": CHINESE}

# Written after the rules, which were not changed for them.
UNSEEN = {
    "en": """
The parcel for {NAME:Oluwaseun Adeyemi} went to {ADDRESS:88 Quarry Hill Road, Tonbridge TN9 2PE} by mistake.
{NAME:Hattie} said that {NAME:Bram} had taken the last train to {NAME:Inverness}.
My passport number is {NUMBER:533401372} and it ran out in {NUMBER:2019}.
Ring {PHONE:0161 496 0735}, ask for {NAME:Deirdre}, and say I sent you.
Our landlord, {NAME:Mr. O'Sullivan}, wants {NUMBER:900} pounds by Friday.
They moved into Flat 4, {ADDRESS:19 Elm Grove}, just after Easter.
It was the best of times, it was the worst of times.
Somewhere in {NAME:Patagonia} a letter from {NAME:Beatriz Luna} is still waiting.
Mail me: {EMAIL:t.marsh+news@mail.example.com}; the site is {LINK:www.example.com/help}.
When {NAME:Gwendolyn} was nine, her mother gave her a knife.
The old doctor never asked why.
""",
    "de": """
{NAME:Jürgen Kowalski} zog im Mai {NUMBER:2003} nach {NAME:Hamburg}.
Meine Nummer ist {PHONE:0171 5556677}, ruf mich an.
Das Paket ging an den {ADDRESS:Goetheplatz 3, 60311 Frankfurt}.
Nachbar {NAME:Özdemir} und seine Frau {NAME:Aylin} haben einen Garten.
Der alte Baum stand mitten im Hof.
Meine Tante {NAME:Hedwig} schrieb an {EMAIL:hedwig@example.net}.
""",
    "fr": """
{NAME:Gaspard Moreau} habitait {ADDRESS:3 impasse des Lilas} à {NAME:Toulouse}.
Elle a payé {NUMBER:350} euros à {NAME:Solange}.
Le docteur {NAME:Haddad} viendra demain.
La mer était calme ce soir.
""",
    "es": """
{NAME:Joaquín Vidal} vive en la {ADDRESS:avenida del Puerto 21} de {NAME:Valencia}.
La abuela de {NAME:Nuria} tenía {NUMBER:103} años.
El tren llegó tarde.
""",
}
